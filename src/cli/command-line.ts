import { parseArgs } from 'node:util';
import { CommandError } from '../config/config.js';
import { nearestName } from '../platform/nearest-name.js';

export interface Process {
  argv: string[];
  env: Record<string, string | undefined>;
  /** The names in .env. */
  envFile: string[];
  /** Calls back once when the process is asked to stop. */
  onSignal(stop: () => void): void;
}

/** Where a command writes its output. */
export interface Terminal {
  json: boolean;
  /** A line for people. */
  say(text: string): void;
  /** The document of --json, on standard output in one line; without --json nothing. */
  give(document: object): void;
  /** Standard output. Write to it with `slowWriter`. */
  output: NodeJS.WritableStream;
  /** What `say` writes to: standard output, or standard error with --json and for a command that `streams`. */
  people: NodeJS.WriteStream;
  keyboard: NodeJS.ReadStream;
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
  /** The one positional argument, as the help shows it; it is required. In brackets: one of these words, or none. */
  argument?: string;
  options?: Options;
  /** Describes the document of --json. Without it the command has no --json. */
  json?: string;
  /** Its result is a stream on standard output, so `say` writes to standard error. */
  streams?: boolean;
  /** The exit code if it fails; 1 unless given. */
  failsWith?: number;
  /** Returns the exit code; 0 unless given. */
  run(given: ParsedOptions<Options>, call: Call, argument: string): Promise<number | void>;
}

interface Calling {
  process: Process;
  args: string[];
  usage: string;
  terminal(output: { json: boolean; streams: boolean }): Terminal;
}

export interface Command extends Omit<Written<Record<string, Option>>, 'run'> {
  run(calling: Calling): Promise<number | void>;
}

/** The command was called wrongly; the message ends with the correct usage. */
export class UsageError extends CommandError {
  override name = 'UsageError';
}

/** A row of the table of commands. Its options are read from the arguments and printed in the help. */
export function command<const Options extends Record<string, Option>>(written: Written<Options>): Command {
  const { run, json: document, streams = false, ...rest } = written;
  const asJson = document === undefined ? {} : { json: { type: 'boolean', meaning: `prints JSON: ${document}` } };
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
      const call = { ...process, ...terminal({ json: json === true, streams }) };
      return run(given as ParsedOptions<Options>, call, argument);
    },
  };
}

/** The words to choose the argument from; undefined if any text is valid. */
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
    // Node goes on to explain positional arguments that begin with a dash; there are none here.
    const [sentence = ''] = (error as Error).message.split('. To specify');
    const [, unknown = ''] = /^Unknown option '(--[^']+)'/.exec(sentence) ?? [];
    const names = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(`${sentence.replace(/\.$/, '')}.${didYouMean(unknown, names)}\n\n${usage}`);
  }
}
