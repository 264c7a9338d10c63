import { ChallengeMethod, ChallengePurpose } from '../../challenges/challenge.entity.js';
import type { ChallengeRequired } from '../../challenges/challenge-required.js';
import { consume } from '../../challenges/consume-challenge.js';
import type { CodeChecking, Needs, SigningIn } from '../../context.js';
import { answerUserChallenge } from '../answer-challenge.js';
import { type SignedIn, TokenDelivery } from '../../sessions/signed-in.js';
import { completeSignIn } from '../../sign-in/complete-sign-in.js';
import type { VerifyPasskeyInput } from './passkey.input.js';

const PURPOSES = [ChallengePurpose.SIGN_IN, ChallengePurpose.SECOND_FACTOR];

/** Answers a challenge with a passkey. The user is then signed in, or asked for what is still missing. */
export async function verifyPasskey(
  ctx: Needs<CodeChecking | SigningIn>,
  { challengeToken, credential, tokenDelivery }: VerifyPasskeyInput,
): Promise<SignedIn | ChallengeRequired> {
  const method = ChallengeMethod.PASSKEY;
  const answered = await answerUserChallenge(ctx, {
    challengeToken,
    answer: { credential },
    method,
    purposes: PURPOSES,
  });
  const { userId, proved, securityStamp } = answered;
  return completeSignIn(ctx, {
    action: 'verifyPasskey',
    userId,
    proved,
    securityStamp,
    tokenDelivery: tokenDelivery ?? TokenDelivery.BODY,
    inTransaction: (tx) => consume(ctx, tx, answered),
  });
}
