import type { PgBoss } from 'pg-boss';
import type { Sql } from '../platform/database.js';
import { type DeadLetter, listDeadLetters, retryDeadLetters } from '../platform/jobs/dead-letters.js';
import { type DeadEvent, listDeadEvents, retryDeadEvents } from '../shared-signals/dead-events.js';

interface GivenUp {
  job: (DeadLetter & { receiver: null }) | (DeadEvent & Pick<DeadLetter, 'queue'>);
  /** For people. */
  line: string;
}

/** Jobs and security events, the newest first. */
export async function readGivenUp(sql: Sql, limit: number): Promise<GivenUp[]> {
  const [jobs, events] = await Promise.all([listDeadLetters(sql, limit), listDeadEvents(sql, limit)]);
  return [
    ...jobs.map((job) => ({ job: Object.assign(job, { receiver: null }), line: lineOf(job) })),
    ...events.map((event) => ({ job: Object.assign(event, { queue: 'security-events' }), line: lineOfEvent(event) })),
  ]
    .toSorted((one, other) => other.job.givenUpAt.getTime() - one.job.givenUpAt.getTime())
    .slice(0, limit);
}

/** Retries all of them unless ids are given; returns how many. */
export async function retryGivenUp(boss: Pick<PgBoss, 'redrive'>, sql: Sql, ids?: string[]): Promise<number> {
  return (await retryDeadLetters(boss, sql, ids)) + (await retryDeadEvents(sql, ids));
}

function lineOf({ id, queue, givenUpAt, tries, reason, template, recipient }: DeadLetter): string {
  const what = template ? `${template} to ${recipient}` : queue;
  return `${id}  ${givenUpAt.toISOString()}  ${what}  after ${tries} ${tries === 1 ? 'try' : 'tries'}: ${reason}`;
}

function lineOfEvent({ id, givenUpAt, type, receiver, reason }: DeadEvent): string {
  return `${id}  ${givenUpAt.toISOString()}  ${type.split('/').at(-1)} to ${receiver}: ${reason}`;
}
