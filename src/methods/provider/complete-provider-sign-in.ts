import type { ChallengeRequired } from '../../challenges/challenge-required.js';
import type { Needs, SigningIn } from '../../context.js';
import { Refusal } from '../../errors.js';
import { registerFacts } from '../../hooks/hook-facts.js';
import { newcomerOf } from '../../identities/newcomer.js';
import { violatedUnique } from '../../platform/database.js';
import { type SignedIn, TokenDelivery } from '../../sessions/signed-in.js';
import { completeSignIn } from '../../sign-in/complete-sign-in.js';
import { accountFacts } from './account-facts.js';
import { askAddress, askOwner } from './ask-to-link.js';
import { completeLink } from './complete-link.js';
import { countOutcome } from './count-outcome.js';
import { type AnsweredAttempt, findAnswered } from './find-answered.js';
import type { CompleteProviderSignInInput } from './provider.input.js';
import { byLink, byOpening, bySignIn } from './ways-in.js';
import { whoseAccount } from './whose-account.js';

type Completing = Needs<SigningIn | 'actor' | 'metrics'>;

/** Exchanges the returned code for a session, or for a challenge; for an attempt of linkIdentity it links instead. */
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
 * Two concurrent sign-ins of one person can both find no account, or no identity. Then only the unique indexes notice, and the sign-in that
 * they refuse decides again.
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
  const { securityStamp, ...facts } = await accountFacts(ctx, attempt.profile);
  const verdict = whoseAccount(facts);
  const completing = { action: 'completeProviderSignIn', tokenDelivery };
  const { provider } = attempt;
  switch (verdict.step) {
    case 'ask-address':
      return counted(ctx, provider, 'challenged', askAddress(ctx, { attempt, ...verdict }));
    case 'ask-owner':
      return counted(ctx, provider, 'challenged', askOwner(ctx, { attempt, ...verdict, securityStamp }));
    case 'sign-in':
      return counted(
        ctx,
        provider,
        'signed_in',
        completeSignIn(ctx, { ...completing, ...bySignIn(ctx, attempt, verdict) }),
      );
    case 'open':
      await ctx.hooks?.beforeRegister(registerFacts(ctx, { ...newcomerOf(attempt.profile), email: verdict.email }));
      return counted(
        ctx,
        provider,
        'opened',
        completeSignIn(ctx, { ...completing, ...byOpening(ctx, attempt, verdict) }),
      );
    case 'link':
      return counted(ctx, provider, 'linked', completeSignIn(ctx, { ...completing, ...byLink(ctx, attempt, verdict) }));
    case 'refusal':
    default:
      throw new Refusal(verdict.code, verdict.code === 'PROVIDER_FAILED' ? NO_ADDRESS : {});
  }
}

async function counted(
  ctx: Completing,
  provider: string,
  outcome: Parameters<typeof countOutcome>[2],
  answering: Promise<SignedIn | ChallengeRequired>,
): Promise<SignedIn | ChallengeRequired> {
  const answer = await answering;
  countOutcome(ctx, provider, 'challengeToken' in answer ? 'challenged' : outcome);
  return answer;
}

const NO_ADDRESS = {
  message:
    'The provider tells no e-mail address, and an account has one. Sign in in another way, and link the identity in the settings of your account.',
};
