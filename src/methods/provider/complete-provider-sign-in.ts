import type { ChallengeRequired } from '../../challenges/challenge-required.js';
import type { Needs, SigningIn } from '../../context.js';
import { Refusal } from '../../errors.js';
import { useIdentity } from '../../identities/use-identity.js';
import { violatedUnique } from '../../platform/database.js';
import { type SignedIn, TokenDelivery } from '../../sessions/signed-in.js';
import { completeSignIn } from '../../sign-in/complete-sign-in.js';
import { accountFacts } from './account-facts.js';
import { askAddress, askOwner } from './ask-to-link.js';
import { BY_PROVIDER_ALONE, byProvider } from './by-provider.js';
import { completeLink } from './complete-link.js';
import { countOutcome } from './count-outcome.js';
import { type AnsweredAttempt, findAnswered, useUp } from './find-answered.js';
import { openByProvider } from './open-by-provider.js';
import type { CompleteProviderSignInInput } from './provider.input.js';
import { whoseAccount } from './whose-account.js';

type Completing = Needs<SigningIn | 'actor' | 'metrics'>;

/** Trades the code that came back for a session, or for a challenge; of an attempt of linkIdentity it links instead. */
export async function completeProviderSignIn(
  ctx: Completing,
  input: CompleteProviderSignInInput,
): Promise<SignedIn | ChallengeRequired> {
  const { limits, request } = ctx;
  await limits.consume('completeProviderSignIn.address', request.ipAddress);
  const attempt = await findAnswered(ctx, input);
  await limits.refund('completeProviderSignIn.address', request.ipAddress);
  if (attempt.linker) {
    const signedIn = await completeLink(ctx, attempt, attempt.linker);
    countOutcome(ctx, attempt.provider, 'linked');
    return signedIn;
  }
  return signIn(ctx, attempt, input.tokenDelivery ?? TokenDelivery.BODY);
}

/**
 * Two sign-ins of one person at once can both find no account, or no identity. Then only the unique indexes know, and the one that they
 * refuse decides once more.
 */
async function signIn(
  ctx: Completing,
  attempt: AnsweredAttempt,
  tokenDelivery: TokenDelivery,
): Promise<SignedIn | ChallengeRequired> {
  for (let again = true; ; again = false) {
    try {
      return await decide(ctx, attempt, tokenDelivery);
    } catch (error) {
      if (!again || violatedUnique(error) === null) throw error;
    }
  }
}

async function decide(
  ctx: Completing,
  attempt: AnsweredAttempt,
  tokenDelivery: TokenDelivery,
): Promise<SignedIn | ChallengeRequired> {
  const { id, provider, profile } = attempt;
  const { securityStamp, ...facts } = await accountFacts(ctx, profile);
  const verdict = whoseAccount(facts);
  const way = { action: 'completeProviderSignIn', tokenDelivery };
  const counted = async (
    outcome: Parameters<typeof countOutcome>[2],
    result: Promise<SignedIn | ChallengeRequired>,
  ) => {
    const given = await result;
    countOutcome(ctx, provider, 'challengeToken' in given ? 'challenged' : outcome);
    return given;
  };
  switch (verdict.step) {
    case 'refusal':
      throw new Refusal(verdict.code, verdict.code === 'PROVIDER_FAILED' ? { message: NO_ADDRESS } : {});
    case 'ask-address':
      return counted('challenged', askAddress(ctx, { attempt, email: verdict.email }));
    case 'ask-owner':
      return counted('challenged', askOwner(ctx, { attempt, ...verdict, securityStamp }));
    case 'open':
      return counted(
        'opened',
        completeSignIn(ctx, {
          ...way,
          attemptId: null,
          proved: [byProvider(profile)],
          userId: async (tx) => {
            await useUp(ctx, tx, attempt, { keep: false });
            return openByProvider(ctx, tx, attempt, verdict.email);
          },
          inTransaction: async () => {},
        }),
      );
    case 'sign-in':
      return counted(
        'signed_in',
        completeSignIn(ctx, {
          ...way,
          attemptId: null,
          proved: [byProvider(profile)],
          userId: verdict.userId,
          inTransaction: async (tx, user) => {
            await useUp(ctx, tx, attempt, { keep: false });
            if (!(await useIdentity(ctx, tx, user.id, attempt)))
              throw new Refusal('CHALLENGE_EXPIRED', { detail: 'unlinked meanwhile', subject: user.id });
          },
        }),
      );
    case 'link':
      return counted(
        'linked',
        completeSignIn(ctx, {
          ...way,
          attemptId: id,
          proved: [BY_PROVIDER_ALONE],
          userId: verdict.userId,
          inTransaction: async (tx, user) => {
            await useUp(ctx, tx, attempt, { keep: true });
            if (user.email !== profile.email || !user.emailVerifiedAt)
              throw new Refusal('CHALLENGE_EXPIRED', { detail: 'the account changed meanwhile', subject: user.id });
          },
        }),
      );
  }
}

const NO_ADDRESS =
  'The provider tells no e-mail address, and an account has one. Sign in in another way, and link the identity in the settings of your account.';
