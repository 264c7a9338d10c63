import type { Sql } from '../database.js';
import type { Metrics } from '../metrics.js';
import { DEAD_LETTERS, type Queue } from './boss.js';
import { gaugesAtScrape } from '../gauges-at-scrape.js';

interface Depth {
  queue: string;
  dead: boolean;
  count: number;
  /** Seconds. */
  oldest: number;
}

/** The jobs that wait in each queue, counted at each scrape by one statement. */
export function measureQueues({ metrics, sql }: { metrics: Metrics; sql: Sql }, queues: Pick<Queue, 'name'>[]): void {
  const gauge = gaugesAtScrape(metrics, 'queue', ask);
  const waiting = gauge('sallyport_jobs_waiting', 'Jobs that wait, by queue, those between two tries included.');
  const oldest = gauge('sallyport_jobs_oldest_seconds', 'How long the oldest waiting job has waited, by queue.');
  const dead = gauge('sallyport_jobs_dead', 'Jobs that were given up and are kept, by queue: npm run jobs:list.');

  const succeeded = gauge(
    'sallyport_jobs_last_success_timestamp_seconds',
    'When a job that runs on a schedule last succeeded, by queue, in seconds since 1970; absent where it has not within a day.',
  );

  async function ask(): Promise<void> {
    const found = await readDepths(sql).catch(() => null);
    const last = await sql<{ queue: string; at: number }>('last_success', LAST_SUCCESS, []).catch(() => []);
    for (const one of [waiting, oldest, dead, succeeded]) one.reset();
    for (const { queue, at } of last) succeeded.set({ queue }, at);
    // If the database cannot be reached, the depth is unknown: a 0 would look healthy.
    if (!found) return;
    for (const { name: queue } of queues) {
      const alive = found.find((row) => row.queue === queue && !row.dead);
      waiting.set({ queue }, alive?.count ?? 0);
      oldest.set({ queue }, alive?.oldest ?? 0);
      dead.set({ queue }, found.find((row) => row.queue === queue && row.dead)?.count ?? 0);
    }
  }
}

export function readDepths(sql: Sql): Promise<Depth[]> {
  return sql<Depth>('queue_depth', DEPTH, [DEAD_LETTERS]);
}

// A delayed job does not count as waiting until its time has come.
const DEPTH = `select coalesce(source_name, name) as queue, name = $1 as dead, count(*)::int as count,
  extract(epoch from greatest(now() - min(case state when 'created' then start_after else created_on end), interval '0'))::float8 as oldest
from pgboss.job where state < 'active' and not (state = 'created' and start_after > now()) group by 1, 2`;

// For scheduled jobs alone: there may be a hundred thousand mails a day.
const LAST_SUCCESS = `select s.name as queue, extract(epoch from j.at)::float8 as at
from (select distinct name from pgboss.schedule) s
cross join lateral (select max(completed_on) as at from pgboss.job where name = s.name and state = 'completed') j where j.at is not null`;
