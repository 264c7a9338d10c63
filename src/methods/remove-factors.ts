import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import { factorsOf } from './factors-loader.js';
import { removeRecoveryCodes } from './recovery-codes/replace-recovery-codes.js';

/**
 * Removes the factors of a user, or those enrolled since a given time, in the caller's transaction: a stranger who enrolled them must not
 * return with them. Recovery codes are removed with the last one, and if they were created since that time.
 * @returns how many were removed
 */
export async function removeFactors(
  ctx: Needs<'methods'>,
  tx: EntityManager,
  userId: string,
  since?: Date,
): Promise<number> {
  const factors = await factorsOf(ctx, tx, userId);
  const removed = since ? factors.filter(({ createdAt }) => createdAt >= since) : factors;
  for (const factor of removed) tx.remove(factor);
  await removeRecoveryCodes(tx, userId, removed.length < factors.length ? since : undefined);
  await tx.flush();
  return removed.length;
}
