import type { TestGateway } from './gateway.js';
import { whileHeld } from './while-held.js';

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
  const lock: [string, unknown[]] = writes
    ? [`lock table ${writes} in exclusive mode`, []]
    : ['select 1 from users where id = $1 for update', [userId]];
  const { answer } = await whileHeld(database, [lock, [change, [userId]]], async (waiting) => {
    const answer = operation();
    await waiting(1);
    return { answer };
  });
  return answer;
}
