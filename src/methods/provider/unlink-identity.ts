import { record } from '../../audit/record.js';
import type { Mailing, Needs, RecentlyAuthenticated, Transaction } from '../../context.js';
import { Refusal } from '../../errors.js';
import { Identity } from '../../identities/identity.entity.js';
import { identityProvider } from '../../identities/identity-provider.js';
import { identityUnlinked } from '../../identities/identity-unlinked.mail.js';
import { notify } from '../../notices/notify.js';
import { requireUser } from '../../require-user.js';
import { assertStillSignedIn } from '../../sessions/assert-still-signed-in.js';
import { assertStillRecent } from '../../sessions/recent-authentication.js';
import { hasOtherWayIn } from '../../sign-in/other-way-in.js';
import { User } from '../../users/user.entity.js';
import type { IdentityIdInput } from './provider.input.js';

/** Removes an identity of the signed-in user. The account at the provider stays as it is. */
export async function unlinkIdentity(
  ctx: Needs<RecentlyAuthenticated | Transaction | Mailing | 'limits' | 'providers'>,
  { identityId }: IdentityIdInput,
): Promise<User> {
  const person = await requireUser(ctx);
  const { userId, sessionId } = person;
  await ctx.limits.consume('unlinkIdentity.account', userId);
  return ctx.em.fork().transactional(async (tx) => {
    await assertStillSignedIn(ctx, tx, person);
    await assertStillRecent(ctx, tx, person);
    const held = await tx.find(Identity, { user: userId });
    const identity = held.find(({ id }) => id === identityId);
    if (!identity) throw new Refusal('NOT_FOUND', { field: 'input.identityId' });
    if (!(await hasOtherWayIn(ctx, tx, userId, identity)))
      throw new Refusal('LAST_FACTOR', { message: LAST, subject: userId });
    const user = await tx.findOneOrFail(User, userId);
    const { provider } = identity;
    tx.remove(identity);
    await notify(ctx, tx, user, identityUnlinked, { provider: identityProvider(ctx, provider).name });
    record(ctx, tx, { action: 'unlinkIdentity', actorId: userId, subjectId: userId, sessionId, details: { provider } });
    return user;
  });
}

const LAST = 'Nothing else could sign you in. Set a password, or add a passkey or another identity first.';
