import { existsSync, statSync } from 'node:fs';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { ProviderSettings } from '../config/provider-settings.js';
import type { Secrets } from '../keys/keys.js';
import type { Clock } from '../platform/clock.js';
import { importUsers, type ImportOptions } from '../import/import-users.js';
import { ImportError } from '../import/problem.js';
import { countsText, showProgress } from '../import/progress.js';
import { readFirebaseHashConfig } from '../import/read-firebase-hash-config.js';
import type { Terminal } from './command-line.js';
import { type SourceName, SOURCES } from '../import/sources.js';

interface ImportUsersOptions {
  from?: string;
  source?: string;
  'firebase-hash-config'?: string;
  provider?: string;
  'allow-roles'?: boolean;
  'dry-run'?: boolean;
  report?: string;
  restart?: boolean;
}

/** @throws ImportError that says what is wrong with the arguments */
export function readArguments(file: string, given: ImportUsersOptions): ImportOptions {
  const { from = 'sallyport', source = from, 'firebase-hash-config': hashConfig } = given;
  if (!isSource(from))
    throw new ImportError(`There is no source ${from}. Sources: ${Object.keys(SOURCES).join(', ')}.`);
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(source))
    throw new ImportError('--source takes up to 64 lower-case letters, digits, dots, dashes and underscores.');
  for (const needed of [file, ...(hashConfig ? [hashConfig] : [])]) {
    if (!existsSync(needed) || !statSync(needed).isFile()) throw new ImportError(`There is no file ${needed}.`);
  }
  if (from === 'firebase' && !hashConfig) {
    throw new ImportError(
      'Firebase hashes cannot be verified without the parameters of the project: --firebase-hash-config FILE.',
    );
  }
  return {
    file,
    // A dry run must not overwrite the report of an interrupted run.
    report: given.report ?? `${file}${given['dry-run'] ? '.dry-run' : ''}.report`,
    from,
    source,
    firebase: hashConfig ? readFirebaseHashConfig(hashConfig) : undefined,
    providers: given.provider,
    allowRoles: given['allow-roles'] ?? false,
    dryRun: given['dry-run'] ?? false,
    restart: given.restart ?? false,
  };
}

interface CommandNeeds {
  em: EntityManager;
  clock: Clock;
  providers: readonly ProviderSettings[];
  keys(): Secrets;
  terminal: Pick<Terminal, 'say' | 'give' | 'people'>;
  signal: AbortSignal;
}

/** Imports, with progress and a closing line. @returns the exit code: 0, 3 if lines were refused, 130 if it was stopped */
export async function importCommand(
  { em, clock, providers, keys, terminal: { say, give, people }, signal }: CommandNeeds,
  options: ImportOptions,
): Promise<number> {
  const begun = performance.now();
  const counted = options.dryRun ? 'would be imported' : 'imported';
  const bar = showProgress(people, counted);
  const outcome = await importUsers({ em, clock, providers, keys, signal, onProgress: bar.show }, options).finally(() =>
    bar.end(),
  );
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  if (outcome.resumedAt) say(`Went on at line ${outcome.resumedAt}, where an earlier run stopped.`);
  say(
    `${options.dryRun ? 'Dry run, nothing was written: ' : ''}${countsText(outcome, counted)} of ${outcome.lines} lines in ${seconds} s.`,
  );
  if (outcome.identities > 0) say(`Identities at providers: ${outcome.identities} ${counted}.`);
  const { unknownFields } = outcome;
  if (unknownFields.length > 0) say(`Unknown fields, not imported: ${listed(unknownFields)}.`);
  const { stopped, resumedAt, reported, lines, imported, skipped, refused, warned, identities } = outcome;
  const report = reported ? options.report : null;
  give({ lines, imported, skipped, refused, warned, identities, resumedAt, stopped, unknownFields, report });
  if (report) say(`Report: ${report}`);
  if (stopped) say('Stopped. Run the same command to continue from here.');
  if (stopped) return 130;
  return refused > 0 ? 3 : 0;
}

function listed(names: string[]): string {
  const more = names.length > 10 ? ` and ${names.length - 10} more` : '';
  return names.slice(0, 10).join(', ') + more;
}

function isSource(name: string): name is SourceName {
  return Object.hasOwn(SOURCES, name);
}
