import type { EntityManager } from '@mikro-orm/postgresql';
import { record } from '../../audit/record.js';
import type { Needs, SigningIn } from '../../context.js';
import { addIdentity } from '../../identities/add-identity.js';
import { newcomerOf } from '../../identities/newcomer.js';
import { lockAddress } from '../../registrations/lock-address.js';
import { PendingRegistration } from '../../registrations/pending-registration.entity.js';
import { createAccount } from '../../sign-up/open-account.js';
import type { AnsweredAttempt } from './find-answered.js';

/**
 * Opens the account of an address that the provider has verified, in the caller's transaction. Earlier registrations of the address do not
 * count, above all not their password: they may be a stranger's. The identity is linked at once: there is no second factor that this could
 * bypass.
 * @returns the id of the user
 */
export async function openByProvider(
  ctx: Needs<SigningIn>,
  tx: EntityManager,
  answered: AnsweredAttempt,
  email: string,
): Promise<string> {
  await lockAddress(tx, email);
  await tx.nativeDelete(PendingRegistration, { email });
  const given = { ...newcomerOf(answered.profile), username: null, passwordHash: null };
  const user = await createAccount(ctx, tx, { ...given, email, emailVerifiedAt: ctx.clock.now() });
  await addIdentity(ctx, tx, user, answered, { notice: false });
  record(ctx, tx, { action: 'openAccount', actorId: user.id, subjectId: user.id, details: { usernameTaken: false } });
  return user.id;
}
