import type { EntityManager } from '@mikro-orm/postgresql';
import { invalidateAll } from '../challenges/consume-challenge.js';
import type { Mailing, Needs } from '../context.js';
import { endSessions } from '../sessions/end-sessions.js';
import { notify } from '../notices/notify.js';
import { passwordChanged } from './password-changed.mail.js';
import { passwordSet } from './password-set.mail.js';
import type { User } from '../users/user.entity.js';
import { Password } from '../passwords/password.entity.js';

interface Replacement {
  user: User;
  hash: string;
  /** The session that stays signed in. */
  keepSession?: string;
  /** No notice is mailed. */
  silent?: boolean;
}

/**
 * Sets a new password in the caller's transaction, which has locked the user. The user's codes and all other sessions end, and a notice is mailed.
 * @returns the sessions that were live; hand them to `revocations.denySessions` once the transaction has committed
 */
export async function replacePassword(
  ctx: Needs<Mailing | 'request'>,
  tx: EntityManager,
  { user, hash, keepSession, silent = false }: Replacement,
): Promise<string[]> {
  const now = ctx.clock.now();
  const first = (await tx.count(Password, { user: user.id })) === 0;
  await tx.upsert(Password, { user: user.id, hash, changedAt: now });
  await invalidateAll(ctx, tx, user.id);
  const ended = await endSessions(ctx, tx, { userId: user.id, exceptId: keepSession });
  if (!silent) await notify(ctx, tx, user, first ? passwordSet : passwordChanged);
  return ended;
}
