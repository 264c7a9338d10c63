import type { Command } from './command-line.js';

type Commands = Record<string, Command>;

/** One line for each command, and under it one for each of its options. */
export function printHelp(commands: Commands): string {
  const rows = Object.entries(commands).map(([name, row]) =>
    [line(2, [name, row.argument].filter(Boolean).join(' '), row.does)].concat(optionLines(row)).join('\n'),
  );
  return [
    'Usage: sallyport [command] [options]; in a checkout npm run cli -- [command] [options].',
    'Without a command the server starts. --version prints the version. docs/commands.md says more.',
    '',
    ...rows,
    '',
    'Settings are environment variables, or lines of .env: docs/settings.md and .env_example have all of them.',
  ].join('\n');
}

export function printUsage(name: string, row: Command): string {
  return [`Usage: ${synopsis(name, row)}`, `  ${row.does}`, ...optionLines(row)].join('\n');
}

/** docs/commands.md, with each command between its marks. */
export function printCommands(document: string, commands: Commands): string {
  const rows = Object.entries(commands).map(([name, row]) => {
    const options = optionsOf(row).map(({ written, meaning }) => `| \`${written}\` | ${meaning} |`);
    const table = options.length > 0 ? ['', '| option | |', '|---|---|', ...options] : [];
    return [`### ${name}`, '', `\`${synopsis(name, row)}\``, '', row.does, ...table, ''].join('\n');
  });
  return document.replace(/(<!-- commands: .* -->\n)[^]*(<!-- \/commands -->)/, `$1\n${rows.join('\n')}\n$2`);
}

function synopsis(name: string, row: Command): string {
  return ['sallyport', name, row.argument, row.options && '[options]'].filter(Boolean).join(' ');
}

function optionLines(row: Command): string[] {
  return optionsOf(row).map(({ written, meaning }) => line(4, written, meaning));
}

function optionsOf({ options = {} }: Command) {
  return Object.entries(options).map(([name, { value, meaning }]) => ({
    written: [`--${name}`, value].filter(Boolean).join(' '),
    meaning,
  }));
}

function line(indent: number, name: string, meaning: string): string {
  return `${' '.repeat(indent)}${name.padEnd(34 - indent)} ${meaning}`;
}
