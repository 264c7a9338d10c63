import type { EntityManager } from '@mikro-orm/postgresql';
import { invalidateAll } from '../challenges/consume-challenge.js';
import type { Mailing, Needs } from '../context.js';
import { assertNotLastAdmin } from '../roles/last-admin.js';
import { endSessions } from '../sessions/end-sessions.js';
import type { AccountDeleted } from './account-deleted.js';
import { accountDeletedMail } from './account-deleted.mail.js';
import { notify } from '../notices/notify.js';
import type { User } from '../users/user.entity.js';

/**
 * Soft-deletes an account in the caller's transaction, which has locked the user: every session and code ends, the address and the username
 * are free at once, an administrator can restore the account until it is purged, and its owner gets a mail.
 * Refuses with LAST_ADMIN.
 * @returns `ended`: the sessions that were live, for `revocations.denySessions` once the transaction has committed
 */
export async function softDelete(
  ctx: Needs<Mailing | 'config' | 'request'>,
  tx: EntityManager,
  user: User,
): Promise<{ ended: string[]; answer: AccountDeleted }> {
  await assertNotLastAdmin(tx, user.id);
  const now = ctx.clock.now();
  const purgeAfter = new Date(now.getTime() + ctx.config.deletedRetention);
  await invalidateAll(ctx, tx, user.id);
  const ended = await endSessions(ctx, tx, { userId: user.id });
  tx.assign(user, { deletedAt: now, updatedAt: now });
  await notify(ctx, tx, user, accountDeletedMail, { purgeAfter: purgeAfter.toISOString() });
  return { ended, answer: { userId: user.id, purgeAfter } };
}
