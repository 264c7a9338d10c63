import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { TestGateway } from './gateway.js';

/**
 * Runs `change` in a transaction that commits only once `operation`, started after it, waits for its locks: what an
 * operation makes of a change that comes between its reading and its writing. `$1` of `change` is the user's id. Where
 * the operation's last statement is the one to come after the change, `writes` names a table that it writes to: it waits
 * for that before it sees anything.
 */
export async function meanwhile<Result>(
  { database }: Pick<TestGateway, 'database'>,
  { userId, change, writes }: { userId: string; change: string; writes?: 'sessions' },
  operation: () => Promise<Result>,
): Promise<Result> {
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  try {
    await other.query('begin');
    if (writes) await other.query(`lock table ${writes} in exclusive mode`);
    else await other.query('select 1 from users where id = $1 for update', [userId]);
    await other.query(change, [userId]);
    const answer = operation();
    const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    const end = performance.now() + 10_000;
    while ((await database.sql(waiting)).length === 0) {
      if (performance.now() > end) throw new Error('the operation waits for no lock');
      await sleep(10);
    }
    await other.query('commit');
    return await answer;
  } finally {
    await other.end();
  }
}
