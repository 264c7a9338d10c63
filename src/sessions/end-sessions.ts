import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import { Session } from './session.entity.js';

export interface Ending {
  userId: string;
  /** All but this one. */
  exceptId?: string | undefined;
}

/**
 * Marks sessions ended in the caller's transaction.
 * @returns the ids of those that were live; hand them to `revocations.denySessions` once the transaction has committed
 */
export async function endSessions(
  { clock }: Needs<'clock'>,
  em: EntityManager,
  { userId, exceptId }: Ending,
): Promise<string[]> {
  const now = clock.now();
  const where = {
    user: userId,
    endedAt: null,
    expiresAt: { $gt: now },
    ...(exceptId && { id: { $ne: exceptId } }),
  };
  const live = await em.find(Session, where, { fields: ['id'], refresh: true });
  const ids = live.map(({ id }) => id);
  // By id and still open: of two who end the same session at once, the row lock lets both answer.
  if (ids.length > 0) await em.nativeUpdate(Session, { id: { $in: ids }, endedAt: null }, { endedAt: now });
  return ids;
}
