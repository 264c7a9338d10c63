import 'reflect-metadata';
import { auditCommands } from './audit-commands.js';
import {
  type Call,
  command,
  type Command,
  didYouMean,
  type Process,
  type Terminal,
  UsageError,
} from './command-line.js';
import { completionCommands } from './completion.js';
import { describeError } from './describe-error.js';
import { documentCommands } from './document-commands.js';
import { doctorCommands } from './doctor-commands.js';
import { printCommands, printHelp, printUsage } from './help.js';
import { jobsCommands } from './jobs-commands.js';
import { keysCommands } from './keys-command.js';
import { limitCommands } from './limit-commands.js';
import { mailCommands } from './mail-commands.js';
import { migrationCommands } from './migration-commands.js';
import { sessionCommands } from './session-commands.js';
import { userCommands } from './user-commands.js';
import { VERSION } from '../platform/version.js';

/** What `sallyport <command>` can do; --help, docs/commands.md and the completion of shells are made from it. */
const COMMANDS: Record<string, Command> = {
  start: command({ does: 'Serves until it is stopped.', run: start }),
  ...doctorCommands,
  ...migrationCommands,
  ...keysCommands,
  ...userCommands,
  ...sessionCommands,
  ...limitCommands,
  ...jobsCommands,
  ...mailCommands,
  ...auditCommands,
  ...documentCommands(printCommandDocument),
  ...completionCommands(() => COMMANDS),
};

/** Runs a command and returns the exit code; a failure is reported in one sentence that says what to do. */
export async function runCommand(process: Process): Promise<number> {
  const [name = 'start', ...args] = process.argv;
  if (ASKS_VERSION.has(name)) return printOut(VERSION);
  if (HELP.has(name)) return printOut(help(args[0]));
  const row = rowOf(name);
  if (!row) {
    const names = Object.keys(COMMANDS);
    complain(
      `There is no command ${name}.${didYouMean(name, names) || ` Commands: ${names.join(', ')}.`} --help explains them.`,
    );
    return 2;
  }
  const usage = printUsage(name, row);
  if (args.some((argument) => argument === '--help' || argument === '-h')) return printOut(usage);
  try {
    return (await row.run({ process, args, usage, terminal })) ?? 0;
  } catch (error) {
    complain(describeError(error));
    return error instanceof UsageError ? 2 : (row.failsWith ?? 1);
  }
}

/** docs/commands.md, brought up to date. */
export function printCommandDocument(document: string): string {
  return printCommands(document, COMMANDS);
}

const HELP = new Set(['--help', '-h', 'help']);
const ASKS_VERSION = new Set(['--version', '-v', 'version']);

function help(name = ''): string {
  const row = rowOf(name);
  return row ? printUsage(name, row) : printHelp(COMMANDS);
}

function rowOf(name: string): Command | undefined {
  return Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
}

async function start(_given: object, { env, envFile, onSignal, say }: Call): Promise<number> {
  const { start: run } = await import('./start.js');
  return run({ env, envFile, onSignal, say });
}

function terminal({ json, streams }: { json: boolean; streams: boolean }): Terminal {
  const people = json || streams ? process.stderr : process.stdout;
  return {
    json,
    say: (text) => void people.write(`${text}\n`),
    give: (document) => void (json && process.stdout.write(`${JSON.stringify(document)}\n`)),
    output: process.stdout,
    people,
    keyboard: process.stdin,
  };
}

function printOut(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

/** On standard error: `SECRET=$(npm run -s keys -- --sceret)` must not capture the complaint. */
function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}
