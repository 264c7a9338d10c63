import type { EntityManager } from '@mikro-orm/postgresql';
import { revokeApiKeys } from '../api-keys/revoke-api-keys.js';
import { record } from '../audit/record.js';
import { invalidateAll } from '../challenges/consume-challenge.js';
import type { Needs } from '../context.js';
import { removeIdentities } from '../identities/remove-identities.js';
import { Password } from '../passwords/password.entity.js';
import { endSessions } from '../sessions/end-sessions.js';
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
  const identities = await removeIdentities(tx, id);
  await invalidateAll(ctx, tx, id);
  const keys = await revokeApiKeys(ctx, tx, id);
  const ended = await endSessions(ctx, tx, { userId: id });
  const details = { passwordRemoved: passwords > 0, identitiesRemoved: identities, endedSessions: ended.length };
  record(ctx, tx, { action: 'takeOverAccount', actorId: id, subjectId: id, details });
  return [...ended, ...keys];
}
