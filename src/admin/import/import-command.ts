import { existsSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Clock } from '../../platform/clock.js';
import { importUsers, type ImportOptions } from './import-users.js';
import { ImportError } from './problem.js';
import { countsText, showProgress, type Terminal } from './progress.js';
import { readFirebaseHashConfig } from './read-firebase-hash-config.js';
import { type SourceName, SOURCES } from './sources.js';

const USAGE = `npm run users:import -- FILE.ndjson [options]

  --from NAME                   whose export it is: ${Object.keys(SOURCES).join(', ')} (sallyport unless given)
  --firebase-hash-config FILE   the project's hash parameters, as the Firebase console shows them
  --allow-roles                 import roles other than user, admin included
  --dry-run                     say what would happen and write nothing but the report
  --report FILE                 where refused and skipped lines are listed (FILE.ndjson.report unless given)
  --restart                     begin at the first line although an earlier run was interrupted`;

/** @throws ImportError that says what is wrong with the arguments */
export function readArguments(args: string[]): ImportOptions {
  const { values, positionals } = parse(args);
  const [file, ...more] = positionals;
  if (!file || more.length > 0) throw new ImportError(USAGE);
  const { from: source = 'sallyport', 'firebase-hash-config': hashConfig } = values;
  if (!isSource(source))
    throw new ImportError(`There is no source ${source}. Sources: ${Object.keys(SOURCES).join(', ')}.`);
  for (const needed of [file, ...(hashConfig ? [hashConfig] : [])]) {
    if (!existsSync(needed) || !statSync(needed).isFile()) throw new ImportError(`There is no file ${needed}.`);
  }
  if (source === 'firebase' && !hashConfig) {
    throw new ImportError(
      'Firebase hashes cannot be verified without the parameters of the project: --firebase-hash-config FILE.',
    );
  }
  return {
    file,
    // A dry run must not overwrite what an interrupted run has still to say.
    report: values.report ?? `${file}${values['dry-run'] ? '.dry-run' : ''}.report`,
    source,
    firebase: hashConfig ? readFirebaseHashConfig(hashConfig) : undefined,
    allowRoles: values['allow-roles'],
    dryRun: values['dry-run'],
    restart: values.restart,
  };
}

interface CommandNeeds {
  em: EntityManager;
  clock: Clock;
  terminal: Terminal;
  signal: AbortSignal;
}

/** Imports, with progress and a closing line. @returns the exit code: 0, 3 when lines were refused, 130 when it was stopped */
export async function importCommand(
  { em, clock, terminal, signal }: CommandNeeds,
  options: ImportOptions,
): Promise<number> {
  const begun = performance.now();
  const bar = showProgress(terminal);
  const outcome = await importUsers(
    {
      em,
      clock,
      signal,
      onProgress: bar.show,
    },
    options,
  ).finally(() => bar.end());
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const say = (text: string) => terminal.write(`${text}\n`);
  if (outcome.resumedAt) say(`Went on at line ${outcome.resumedAt}, where an earlier run stopped.`);
  say(
    `${options.dryRun ? 'Dry run, nothing was written: ' : ''}${countsText(outcome)} of ${outcome.lines} lines in ${seconds} s.`,
  );
  if (outcome.skipped + outcome.refused > 0) say(`Which lines and why: ${options.report}`);
  if (outcome.stopped) say('Stopped. The same command goes on from here.');
  if (outcome.stopped) return 130;
  return outcome.refused > 0 ? 3 : 0;
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        from: { type: 'string' },
        'firebase-hash-config': { type: 'string' },
        report: { type: 'string' },
        'allow-roles': { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
        restart: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new ImportError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function isSource(name: string): name is SourceName {
  return Object.hasOwn(SOURCES, name);
}
