import { statSync } from 'node:fs';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { ProviderSettings } from '../config/provider-settings.js';
import type { Secrets } from '../keys/keys.js';
import type { Clock } from '../platform/clock.js';
import { Role } from '../roles/role.entity.js';
import { foreseeConflicts } from './conflicts.js';
import { findDuplicates } from './duplicates.js';
import { BEGINNING, findPlace, finish, importKey, advance, type Checkpoint } from './checkpoint.js';
import type { Problem } from './problem.js';
import type { Progress } from './progress.js';
import { nameProviders } from './provider-names.js';
import { type Line, readLines } from './read-lines.js';
import { type ReportEntry, openReport, outcomeOf, type Report } from './report.js';
import type { SourceName } from './sources.js';
import type { FirebaseHashConfig } from './stored-hash.js';
import { type ImportedUser, type LineRules, parseUserLine, type RefusedLine } from './user-line.js';
import { type ImportName, writeBatch } from './write-batch.js';

export interface ImportOptions {
  file: string;
  report: string;
  from: SourceName;
  /** The name under which the external ids are stored: two realms of one system are two sources. */
  source: string;
  firebase?: FirebaseHashConfig | undefined;
  /** Names in the file, and the configured providers they mean: NAME=ID[,NAME=ID]. */
  providers?: string | undefined;
  allowRoles: boolean;
  dryRun: boolean;
  /** Begin at the first line, although an earlier run was interrupted. */
  restart: boolean;
  /** Lines that are committed together. */
  batch?: number;
}

export interface ImportOutcome extends Checkpoint {
  /** The first line of this run, if it continues an earlier one. */
  resumedAt: number | null;
  /** It was asked to stop: the same command continues from here. */
  stopped: boolean;
  /** The report is not empty. */
  reported: boolean;
  /** Names of fields that were not imported, since they are unknown. */
  unknownFields: string[];
}

interface ImportNeeds {
  em: EntityManager;
  clock: Clock;
  /** The configured providers. */
  providers: readonly ProviderSettings[];
  /** Loaded only if a user has an authenticator app. */
  keys(): Secrets;
  onProgress(progress: Progress): void;
  signal: AbortSignal;
}

const BATCH = 500;

/**
 * Reads users from NDJSON and creates their accounts, password hashes included, in a transaction for each batch. Users who have an account
 * already are not changed. No mail is sent. Throws `ImportError` when the same file is being imported.
 */
export async function importUsers(
  { em, clock, keys, providers: configured, onProgress, signal }: ImportNeeds,
  options: ImportOptions,
): Promise<ImportOutcome> {
  const { file, from, source, firebase, providers: named, allowRoles, dryRun, restart, batch = BATCH } = options;
  const providers = nameProviders(from, configured, named);
  const { size } = statSync(file);
  const roles = await em.fork().find(Role, {}, { fields: ['name'] });
  const knownRoles = new Set(roles.map(({ name }) => name));
  const rules = { from, firebase, providers, allowRoles, knownRoles, now: clock.now() };
  const key = await importKey(file, { from, source, firebase, allowRoles, providers: named });
  const begin = dryRun ? BEGINNING : await findPlace(clock, em.fork(), key, restart);
  onProgress({ ...begin, size, from: begin.bytes });
  const duplicates = await findDuplicates(parsedLines(file, rules, signal));
  const report = await openReport(options.report, begin.lines);
  const write = dryRun ? dryWriter(em, source, report) : writer({ clock, keys, em }, { key, source }, report);
  let place = begin;
  try {
    for await (const lines of batches(readLines(file, begin), batch)) {
      if (signal.aborted) break;
      place = await write(place, lines, parseLines(lines, rules, duplicates));
      onProgress({ ...place, size, from: begin.bytes });
    }
  } finally {
    report.close();
  }
  const stopped = signal.aborted && place.bytes < size;
  if (!stopped && !dryRun) await finish(clock, em.fork(), key);
  const resumedAt = begin.lines > 0 ? begin.lines + 1 : null;
  return { ...place, stopped, resumedAt, reported: !report.isEmpty(), unknownFields: report.unknownFields() };
}

type Problems = Map<number, Problem>;

interface ParsedBatch {
  users: ImportedUser[];
  problems: Problems;
}

type Writer = (from: Checkpoint, lines: Line[], batch: ParsedBatch) => Promise<Checkpoint>;

type WriterNeeds = Pick<ImportNeeds, 'clock' | 'keys' | 'em'>;

function writer({ clock, keys, em }: WriterNeeds, named: ImportName, report: Report): Writer {
  return (from, lines, { users, problems }) =>
    em.fork().transactional(async (tx) => {
      for (const [line, problem] of await writeBatch({ clock, keys }, tx, users, named)) problems.set(line, problem);
      const to = moved(from, lines, { users, problems });
      await advance(tx, named.key, from, to);
      report.add(entriesOf({ users, problems }, { written: true }));
      return to;
    });
}

function dryWriter(em: EntityManager, source: string, report: Report): Writer {
  return async (from, lines, { users, problems }) => {
    for (const [line, problem] of await foreseeConflicts(em.fork(), users, source)) problems.set(line, problem);
    report.add(entriesOf({ users, problems }, { written: false }));
    return moved(from, lines, { users, problems });
  };
}

function parseLines(lines: Line[], rules: LineRules, duplicates: Problems): ParsedBatch {
  const users: ImportedUser[] = [];
  const problems: Problems = new Map();
  for (const line of lines) {
    const parsed = parseLine(line, rules);
    const duplicate = duplicates.get(line.number);
    if ('problem' in parsed) problems.set(line.number, parsed.problem);
    else if (duplicate) problems.set(line.number, duplicate);
    else users.push(parsed);
  }
  return { users, problems };
}

function parseLine({ number, content, problem }: Line, rules: LineRules): ImportedUser | RefusedLine {
  if (!problem) return parseUserLine(number, content, rules);
  return { line: number, problem: { reason: problem, message: UNREADABLE[problem] } };
}

const UNREADABLE = {
  NOT_UTF8: 'The line is not UTF-8 text.',
  LINE_TOO_LONG: 'The line is longer than 64 KiB. Write one JSON object per line.',
};

async function* parsedLines(
  file: string,
  rules: LineRules,
  signal: AbortSignal,
): AsyncGenerator<ImportedUser | RefusedLine> {
  for await (const line of readLines(file, BEGINNING)) {
    if (signal.aborted) return;
    yield parseLine(line, rules);
  }
}

function moved(from: Checkpoint, lines: Line[], { users, problems }: ParsedBatch): Checkpoint {
  const last = lines.at(-1);
  const skipped = [...problems.values()].filter((problem) => outcomeOf(problem) === 'skipped').length;
  const warned = users.filter(
    ({ line, warnings }) => !problems.has(line) && warnings.some(({ reason }) => reason === 'LEFT_OUT'),
  ).length;
  return {
    bytes: last?.end ?? from.bytes,
    lines: last?.number ?? from.lines,
    imported: from.imported + lines.length - problems.size,
    skipped: from.skipped + skipped,
    refused: from.refused + problems.size - skipped,
    warned: from.warned + warned,
    identities: from.identities + identitiesOf({ users, problems }),
  };
}

/** Identities of new users, and those added to users of an earlier import. */
function identitiesOf({ users, problems }: ParsedBatch): number {
  const counts = users.map(
    ({ line, identities }) => problems.get(line)?.identities ?? (problems.has(line) ? 0 : identities.length),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The report of a batch: each problem, each field that was left out, and the new id for each external id. */
function entriesOf({ users, problems }: ParsedBatch, { written }: { written: boolean }): ReportEntry[] {
  const externalIds = new Map(users.map(({ line, externalId }) => [line, externalId]));
  const entries: ReportEntry[] = [];
  const add = (line: number, outcome: ReportEntry['outcome'], more: Partial<ReportEntry>) => {
    const externalId = externalIds.get(line) ?? null;
    entries.push({ line, outcome, ...(externalId !== null && { externalId }), ...more });
  };
  for (const [line, problem] of problems) add(line, outcomeOf(problem), problem);
  for (const { line, id, externalId, warnings } of users.filter((user) => !problems.has(user.line))) {
    if (externalId !== null && written) add(line, 'imported', { userId: id });
    for (const warning of warnings) add(line, 'imported', warning);
  }
  return entries.toSorted((one, other) => one.line - other.line);
}

async function* batches(lines: AsyncIterable<Line>, size: number): AsyncGenerator<Line[]> {
  let batch: Line[] = [];
  for await (const line of lines) {
    batch.push(line);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
