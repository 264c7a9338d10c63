import type { EntityManager } from '@mikro-orm/postgresql';
import { shutOut } from '../account/shut-out.js';
import { record } from '../audit/record.js';
import type { Needs } from '../context.js';
import { Password } from '../passwords/password.entity.js';
import type { User } from '../users/user.entity.js';

/**
 * For an account with an unverified address, when the owner of the address signs in with a code. A stranger may have opened it and be
 * waiting for the owner to use it (pre-hijacking): the password, the linked identities, the API keys and the sessions are removed. A second
 * factor stays and is asked for next: a mailbox does not replace one. If it is the stranger's, the owner cannot sign in until an
 * administrator resets it.
 * @returns the sessions and the keys that were live; hand them to `revocations.denySessions` once the transaction has committed
 */
export async function takeOver(ctx: Needs<'clock' | 'request'>, tx: EntityManager, { id }: User): Promise<string[]> {
  const passwords = await tx.nativeDelete(Password, { user: id });
  const { ended, ...counts } = await shutOut(ctx, tx, id);
  const details = { passwordRemoved: passwords > 0, ...counts };
  record(ctx, tx, { action: 'takeOverAccount', actorId: id, subjectId: id, details });
  return ended;
}
