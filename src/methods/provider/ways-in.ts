import type { Needs, SigningIn } from '../../context.js';
import { Refusal } from '../../errors.js';
import { Identity } from '../../identities/identity.entity.js';
import type { WayIn } from '../../sign-in/complete-sign-in.js';
import { BY_PROVIDER_ALONE, byProvider } from './by-provider.js';
import { type AnsweredAttempt, useUp } from './find-answered.js';
import { openByProvider } from './open-by-provider.js';
import type { Verdict } from './whose-account.js';

type Way = Omit<WayIn, 'action' | 'tokenDelivery'>;

/** The user has the identity already. */
export function bySignIn(
  ctx: Needs<SigningIn>,
  attempt: AnsweredAttempt,
  { userId }: Extract<Verdict, { step: 'sign-in' }>,
): Way {
  return {
    userId,
    proved: [byProvider(attempt.profile)],
    attemptId: attempt.id,
    inTransaction: async (tx, user) => {
      await useUp(ctx, tx, attempt);
      const { issuer, subject } = attempt.profile;
      // Otherwise it would be linked again with the session. From now on, unlinking it voids open challenges, by the security stamp.
      if ((await tx.count(Identity, { user: user.id, issuer, subject })) === 0)
        throw new Refusal('CHALLENGE_EXPIRED', { detail: 'unlinked meanwhile', subject: user.id });
    },
  };
}

/** No account has the address: the account is opened, and the identity linked, in the same transaction. */
export function byOpening(
  ctx: Needs<SigningIn>,
  attempt: AnsweredAttempt,
  { email }: Extract<Verdict, { step: 'open' }>,
): Way {
  return {
    userId: async (tx) => {
      await useUp(ctx, tx, attempt);
      return openByProvider(ctx, tx, attempt, email);
    },
    proved: [byProvider(attempt.profile)],
    attemptId: attempt.id,
    inTransaction: async () => {},
  };
}

/** The provider is trusted for the address, and both sides have verified it: the identity is linked with the session. */
export function byLink(
  ctx: Needs<SigningIn>,
  attempt: AnsweredAttempt,
  { userId }: Extract<Verdict, { step: 'link' }>,
): Way {
  return {
    userId,
    proved: [BY_PROVIDER_ALONE],
    attemptId: attempt.id,
    inTransaction: async (tx, user) => {
      await useUp(ctx, tx, attempt);
      if (user.email !== attempt.profile.email || !user.emailVerifiedAt)
        throw new Refusal('CHALLENGE_EXPIRED', { detail: 'the account changed meanwhile', subject: user.id });
    },
  };
}
