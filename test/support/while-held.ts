import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { TestDatabase } from './database.js';

/** Resolves once so many connections wait for locks; the order of two that wait for one lock is that of their coming. */
type Waiting = (connections: number) => Promise<void>;

/** Runs `work` while a transaction of another connection holds what `statements` lock; it commits when `work` is done. */
export async function whileHeld<Result>(
  database: TestDatabase,
  statements: [text: string, params: unknown[]][],
  work: (waiting: Waiting) => Promise<Result>,
): Promise<Result> {
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  try {
    await holder.query('begin');
    for (const [text, params] of statements) await holder.query(text, params);
    const result = await work((connections) => waiting(database, connections));
    await holder.query('commit');
    return result;
  } finally {
    await holder.end();
  }
}

async function waiting({ sql }: TestDatabase, connections: number): Promise<void> {
  const count = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  const end = performance.now() + 40_000;
  for (let now = 0; now < connections; now = (await sql(count)).length) {
    if (performance.now() > end) throw new Error(`${now} of ${connections} operations wait for a lock`);
    await sleep(10);
  }
}
