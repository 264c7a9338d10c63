import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { statusOf } from '../challenges/challenge.js';
import type { ChallengeStatus } from '../challenges/challenge-status.js';
import { refundAttempt } from '../challenges/consume-challenge.js';
import type { CodeChecking, Needs } from '../context.js';
import { answerUserChallenge } from '../methods/answer-challenge.js';
import { requireSignInMethod } from '../sign-in/sign-in-methods.js';
import type { CheckResetCodeInput } from './recovery.input.js';

/**
 * For forms that ask for the code first and then for the password. Guesses here and at resetPassword count alike: both use up attempts of
 * the challenge and count in the same limits. The right code gets its attempt back, and is not consumed.
 */
export async function checkResetCode(
  ctx: Needs<CodeChecking>,
  { challengeToken, code }: CheckResetCodeInput,
): Promise<ChallengeStatus> {
  requireSignInMethod(ctx, 'password');
  await ctx.limits.consume('resetPassword.address', ctx.request.ipAddress);
  const purposes = [ChallengePurpose.RESET_PASSWORD];
  const answered = await answerUserChallenge(ctx, { challengeToken, answer: { code }, purposes });
  await refundAttempt(ctx.em.fork(), answered);
  return statusOf(ctx, challengeToken);
}
