import { ChallengeMethod, ChallengePurpose } from '../../challenges/challenge.entity.js';
import type { ChallengeRequired } from '../../challenges/challenge-required.js';
import { consume } from '../../challenges/consume-challenge.js';
import type { CodeChecking, Needs, SigningIn } from '../../context.js';
import { answerUserChallenge } from '../answer-challenge.js';
import { type SignedIn, TokenDelivery } from '../../sessions/signed-in.js';
import { completeSignIn } from '../../sign-in/complete-sign-in.js';
import type { VerifyPasskeyInput } from './passkey.input.js';

/** Answers a challenge with a passkey. Then the user is signed in, or asked for what is still missing. */
export async function verifyPasskey(
  ctx: Needs<CodeChecking | SigningIn>,
  { challengeToken, credential, tokenDelivery }: VerifyPasskeyInput,
): Promise<SignedIn | ChallengeRequired> {
  const method = ChallengeMethod.PASSKEY;
  const alone = ctx.config.signInMethods.includes('passkey');
  // As a second factor it is accepted whatever SIGN_IN_METHODS says.
  const purposes = alone
    ? [ChallengePurpose.SIGN_IN, ChallengePurpose.LINK_IDENTITY, ChallengePurpose.SECOND_FACTOR]
    : [ChallengePurpose.SECOND_FACTOR];
  const answered = await answerUserChallenge(ctx, {
    challengeToken,
    answer: { credential },
    method,
    purposes,
  });
  const { userId, proved, attemptId } = answered;
  return completeSignIn(ctx, {
    action: 'verifyPasskey',
    userId,
    proved,
    attemptId,
    tokenDelivery: tokenDelivery ?? TokenDelivery.BODY,
    inTransaction: (tx) => consume(ctx, tx, answered),
  });
}
