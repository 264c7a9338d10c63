import { parseArgs } from 'node:util';
import { CommandError } from '../config/settings.js';

export interface Process {
  argv: string[];
  env: Record<string, string | undefined>;
  /** The names in .env. */
  envFile: string[];
  /** Calls back once when the process is asked to stop. */
  onSignal(stop: () => void): void;
}

interface Option {
  type: 'string' | 'boolean';
  /** The placeholder for the value of a string in the help. */
  value?: string;
  meaning: string;
}

type ParsedOptions<Options> = {
  [Name in keyof Options]?: Options[Name] extends { type: 'boolean' } ? boolean : string;
};

interface Written<Options> {
  does: string;
  /** The one argument without a name, as the help writes it; it must be there. In brackets: one of these words, or none. */
  argument?: string;
  options?: Options;
  /** The exit code where it cannot do what it does; 1 unless given. */
  failsWith?: number;
  /** Answers with the exit code; 0 unless given. */
  run(given: ParsedOptions<Options>, process: Process, argument: string): Promise<number | void>;
}

export interface Command extends Omit<Written<Record<string, Option>>, 'run'> {
  run(process: Process, args: string[], usage: string): Promise<number | void>;
}

/** The command was called in a wrong way; the message ends with the right one. */
export class UsageError extends CommandError {
  override name = 'UsageError';
}

/** A row of the table of commands. Its options are read from the arguments and printed in the help. */
export function command<const Options extends Record<string, Option>>(written: Written<Options>): Command {
  const { run, ...row } = written;
  return {
    ...row,
    async run(process, args, usage) {
      const { values, positionals } = parse(args, row.options ?? {}, usage);
      const [argument = '', ...more] = positionals;
      const words = /^\[(.+)\]$/.exec(row.argument ?? '')?.[1]?.split('|');
      if (row.argument && !words && !argument) throw new UsageError(`${row.argument} is missing.\n\n${usage}`);
      const known = words ? words.includes(argument) : row.argument !== undefined;
      const stray = known ? more[0] : positionals[0];
      if (stray) throw new UsageError(`Unexpected argument ${stray}.\n\n${usage}`);
      return run(values as ParsedOptions<Options>, process, argument);
    },
  };
}

/** One line for each command, and under it one for each of its options. */
export function printHelp(commands: Record<string, Command>): string {
  const rows = Object.entries(commands).map(([name, row]) =>
    [line(2, [name, row.argument].filter(Boolean).join(' '), row.does)].concat(optionLines(row)).join('\n'),
  );
  return [
    'Usage: node dist/src/main.js [command] [options], or npm run <command> -- [options]; in the image sallyport [command] [options].',
    'Without a command it starts. --version prints the version.',
    '',
    ...rows,
    '',
    'Settings are environment variables, or lines of .env: README.md and .env_example have all of them.',
  ].join('\n');
}

export function printUsage(name: string, row: Command): string {
  const words = [row.argument, row.options && '[options]'].filter(Boolean);
  const call = [name === 'start' ? 'npm start' : `npm run ${name}`, ...(words.length > 0 ? ['--', ...words] : [])];
  return [`Usage: ${call.join(' ')}`, `  ${row.does}`, ...optionLines(row)].join('\n');
}

function optionLines({ options = {} }: Command): string[] {
  return Object.entries(options).map(([name, { value, meaning }]) =>
    line(4, [`--${name}`, value].filter(Boolean).join(' '), meaning),
  );
}

function line(indent: number, name: string, meaning: string): string {
  return `${' '.repeat(indent)}${name.padEnd(34 - indent)} ${meaning}`;
}

function parse(args: string[], options: Record<string, Option>, usage: string) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    // Node goes on to explain how a positional argument that begins with a dash is written; there are none here.
    const [sentence] = (error as Error).message.split('. To specify');
    throw new UsageError(`${sentence?.replace(/\.$/, '')}.\n\n${usage}`);
  }
}
