import { statSync } from 'node:fs';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Clock } from '../../platform/clock.js';
import { Role } from '../../roles/role.entity.js';
import { BEGINNING, findPlace, finish, importKey, movePlace, type Place } from './import-place.js';
import type { Problem } from './problem.js';
import type { Progress } from './progress.js';
import { type Line, readLines } from './read-lines.js';
import { openReport, outcomeOf, type Report } from './report.js';
import type { SourceName } from './sources.js';
import type { FirebaseHashConfig } from './stored-hash.js';
import { type ImportedUser, type Judgement, judgeLine } from './user-line.js';
import { foreseeConflicts, writeBatch } from './write-batch.js';

export interface ImportOptions {
  file: string;
  report: string;
  source: SourceName;
  firebase?: FirebaseHashConfig | undefined;
  allowRoles: boolean;
  dryRun: boolean;
  /** Over from the first line, although an earlier run was interrupted. */
  restart: boolean;
  /** Lines that become true together. */
  batch?: number;
}

export interface ImportOutcome extends Place {
  /** The first line of this run, when it goes on where an earlier one stopped. */
  resumedAt: number | null;
  /** It was asked to stop: the same command goes on from here. */
  stopped: boolean;
}

interface ImportNeeds {
  em: EntityManager;
  clock: Clock;
  onProgress(progress: Progress): void;
  signal: AbortSignal;
}

const BATCH = 500;

/**
 * Reads users from NDJSON and opens their accounts, password hashes included, a batch in a transaction at a time. Whoever
 * has an account already is left as they are. No mail is sent. Throws `ImportError` when the same file is being imported.
 */
export async function importUsers(
  { em, clock, onProgress, signal }: ImportNeeds,
  options: ImportOptions,
): Promise<ImportOutcome> {
  const { file, source, firebase, allowRoles, dryRun, restart, batch = BATCH } = options;
  const { size } = statSync(file);
  const roles = await em.fork().find(Role, {}, { fields: ['name'] });
  const knownRoles = new Set(roles.map(({ name }) => name));
  const key = await importKey(file, { source, firebase, allowRoles });
  const begin = dryRun ? BEGINNING : await findPlace(clock, em.fork(), key, restart);
  const report = openReport(options.report, begin.lines);
  const write = dryRun ? dryWriter(em) : writer(clock, em, key, report);
  let place = begin;
  try {
    for await (const lines of batches(readLines(file, begin), batch)) {
      const { users, problems } = judge(lines, { source, firebase, allowRoles, knownRoles, now: clock.now() });
      place = await write(place, lines, users, problems);
      if (dryRun) report.add(inOrder(problems));
      onProgress({ ...place, size, from: begin.bytes });
      if (signal.aborted) break;
    }
  } finally {
    report.close();
  }
  const stopped = signal.aborted && place.bytes < size;
  if (!stopped && !dryRun) await finish(clock, em.fork(), key);
  return { ...place, stopped, resumedAt: begin.lines > 0 ? begin.lines + 1 : null };
}

type Problems = Map<number, Problem>;
type Writer = (from: Place, lines: Line[], users: ImportedUser[], problems: Problems) => Promise<Place>;

function writer(clock: Clock, em: EntityManager, key: string, report: Report): Writer {
  return (from, lines, users, problems) =>
    em.fork().transactional(async (tx) => {
      for (const [line, problem] of await writeBatch(clock, tx, users, key)) problems.set(line, problem);
      const to = moved(from, lines, problems);
      await movePlace(tx, key, from, to);
      report.add(inOrder(problems));
      return to;
    });
}

/** What earlier lines would have taken is remembered instead of written. */
function dryWriter(em: EntityManager): Writer {
  const seen = new Set<string>();
  return async (from, lines, users, problems) => {
    for (const [line, problem] of await foreseeConflicts(em.fork(), users)) problems.set(line, problem);
    for (const { line, id, email, username } of users) {
      if (problems.has(line)) continue;
      const keys = [`email ${email}`, `id ${id}`, ...(username ? [`username ${username.toLowerCase()}`] : [])];
      const taken = keys.find((one) => seen.has(one))?.split(' ')[0];
      if (taken === undefined) keys.forEach((one) => seen.add(one));
      else problems.set(line, { reason: TWICE[taken] ?? 'ID_TAKEN', field: taken, message: 'An earlier line has it.' });
    }
    return moved(from, lines, problems);
  };
}

const TWICE: Record<string, Problem['reason']> = { email: 'EMAIL_EXISTS', username: 'USERNAME_TAKEN' };

function judge(lines: Line[], judgement: Judgement): { users: ImportedUser[]; problems: Problems } {
  const users: ImportedUser[] = [];
  const problems: Problems = new Map();
  for (const { number, content, problem } of lines) {
    const judged = problem ? { reason: problem, message: UNREADABLE[problem] } : judgeLine(number, content, judgement);
    if ('reason' in judged) problems.set(number, judged);
    else users.push(judged);
  }
  return { users, problems };
}

const UNREADABLE = {
  NOT_UTF8: 'The line is not UTF-8 text.',
  LINE_TOO_LONG: 'The line is longer than 64 KiB. Write one JSON object a line.',
};

function moved(from: Place, lines: Line[], problems: Problems): Place {
  const last = lines.at(-1);
  const skipped = [...problems.values()].filter((problem) => outcomeOf(problem) === 'skipped').length;
  return {
    bytes: last?.end ?? from.bytes,
    lines: last?.number ?? from.lines,
    imported: from.imported + lines.length - problems.size,
    skipped: from.skipped + skipped,
    refused: from.refused + problems.size - skipped,
  };
}

function inOrder(problems: Problems): [number, Problem][] {
  return [...problems].toSorted(([one], [other]) => one - other);
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
