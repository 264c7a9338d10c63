import { parseArgs } from 'node:util';
import { CommandError } from '../config/config.js';
import { nearestName } from '../platform/nearest-name.js';
import type { PasswordTerminal } from '../platform/read-password.js';

export interface Process {
  argv: string[];
  env: Record<string, string | undefined>;
  /** The names in .env. */
  envFile: string[];
  /** Calls back once when the process is asked to stop. */
  onSignal(stop: () => void): void;
}

/** Where a command answers. */
export interface Terminal {
  json: boolean;
  /** A line for people: on standard output, and with --json on standard error. */
  say(text: string): void;
  /** The same without a line break at the end. */
  write(text: string): void;
  /** The document of --json, on standard output in one line; without --json nothing. */
  give(document: object): void;
  /** On standard output in any case: what the command is called for. Resolves when it may go on. */
  print(text: string): Promise<void>;
  /** A line for people that must not be among the answers: on standard error. */
  note(text: string): void;
  /** Standard output, for what streams to it. */
  output: NodeJS.WritableStream;
  /** Undefined where people do not read it at a terminal. */
  columns: number | undefined;
  /** Where a person is asked for a password. */
  keyboard: PasswordTerminal;
}

/** What a command is called with. */
export type Call = Process & Terminal;

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
  /** What the document of --json has. Without it the command has no --json. */
  json?: string;
  /** The exit code where it cannot do what it does; 1 unless given. */
  failsWith?: number;
  /** Answers with the exit code; 0 unless given. */
  run(given: ParsedOptions<Options>, call: Call, argument: string): Promise<number | void>;
}

interface Calling {
  process: Process;
  args: string[];
  usage: string;
  /** Where it answers, with --json or without. */
  terminal(json: boolean): Terminal;
}

export interface Command extends Omit<Written<Record<string, Option>>, 'run'> {
  run(calling: Calling): Promise<number | void>;
}

/** The command was called in a wrong way; the message ends with the right one. */
export class UsageError extends CommandError {
  override name = 'UsageError';
}

/** A row of the table of commands. Its options are read from the arguments and printed in the help. */
export function command<const Options extends Record<string, Option>>(written: Written<Options>): Command {
  const { run, json: document, ...rest } = written;
  const asJson = document === undefined ? {} : { json: { type: 'boolean', meaning: `answers with JSON: ${document}` } };
  const options = { ...rest.options, ...asJson } as Record<string, Option>;
  const row = { ...rest, ...(Object.keys(options).length > 0 && { options }) };
  return {
    ...row,
    async run({ process, args, usage, terminal }) {
      const { values, positionals } = parse(args, options, usage);
      const [argument = '', ...more] = positionals;
      const words = wordsOf(row);
      if (row.argument && !words && !argument) throw new UsageError(`${row.argument} is missing.\n\n${usage}`);
      const known = words ? words.includes(argument) : row.argument !== undefined;
      const stray = known ? more[0] : positionals[0];
      if (stray) throw new UsageError(`Unexpected argument ${stray}.${didYouMean(stray, words ?? [])}\n\n${usage}`);
      const { json = false, ...given } = values;
      const answers = terminal(json === true);
      return run(given as ParsedOptions<Options>, { ...process, ...answers }, argument);
    },
  };
}

/** The words that the argument is one of; undefined where it is free. */
export function wordsOf({ argument }: Pick<Command, 'argument'>): string[] | undefined {
  return /^\[(.+)\]$/.exec(argument ?? '')?.[1]?.split('|');
}

/** Empty, or a sentence after a space. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const meant = nearestName(name, known);
  return meant ? ` Did you mean ${meant}?` : '';
}

function parse(args: string[], options: Record<string, Option>, usage: string) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    // Node goes on to explain how a positional argument that begins with a dash is written; there are none here.
    const [sentence = ''] = (error as Error).message.split('. To specify');
    const [, unknown = ''] = /^Unknown option '(--[^']+)'/.exec(sentence) ?? [];
    const names = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(`${sentence.replace(/\.$/, '')}.${didYouMean(unknown, names)}\n\n${usage}`);
  }
}
