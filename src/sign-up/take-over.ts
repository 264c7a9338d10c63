import type { EntityManager } from '@mikro-orm/postgresql';
import { invalidateAll } from '../challenges/consume-challenge.js';
import type { Needs } from '../context.js';
import { removeFactors } from '../methods/remove-factors.js';
import { Password } from '../passwords/password.entity.js';
import { endSessions } from '../sessions/end-sessions.js';
import type { User } from '../users/user.entity.js';

/**
 * For an account whose address nobody had verified, when the owner of the address signs in by a code. A stranger may have opened it
 * and waits for the owner to use it (pre-hijacking): the password, the factors and the sessions go. What the owner has set
 * themselves they can set again.
 * @returns the sessions that were live; hand them to `revocations.denySessions` once the transaction has committed
 */
export async function takeOver(ctx: Needs<'clock' | 'methods'>, tx: EntityManager, { id }: User): Promise<string[]> {
  await tx.nativeDelete(Password, { user: id });
  await removeFactors(ctx, tx, id);
  await invalidateAll(ctx, tx, id);
  return endSessions(ctx, tx, { userId: id });
}
