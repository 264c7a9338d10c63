import { ChallengeMethod, ChallengePurpose } from '../../challenges/challenge.entity.js';
import type { CodeChecking, Needs } from '../../context.js';
import { completeEnrollment, type Completing } from '../../factors/complete-enrollment.js';
import type { FactorAdded } from '../../factors/factor-added.js';
import { answerUserChallenge } from '../answer-challenge.js';
import type { ConfirmTotpInput } from './totp.input.js';
import { PendingTotp } from './totp-enrollment.entity.js';
import { TotpFactor, TOTP_NAME } from './totp-factor.entity.js';

/** Completes an enrolment with a code of the app, which shows that it has the secret and the right time. */
export async function confirmTotp(
  ctx: Needs<CodeChecking | Completing>,
  { challengeToken, code, name, tokenDelivery }: ConfirmTotpInput,
): Promise<FactorAdded> {
  const answered = await answerUserChallenge(ctx, {
    challengeToken,
    answer: { code },
    method: ChallengeMethod.TOTP,
    purposes: [ChallengePurpose.ENROLL_FACTOR],
  });
  return completeEnrollment(ctx, {
    action: 'confirmTotp',
    answered,
    tokenDelivery,
    create: async (tx, user) => {
      const pending = await tx.findOneOrFail(PendingTotp, { challenge: answered.challengeId });
      tx.remove(pending);
      const { id, secret, lastStep } = pending;
      const createdAt = ctx.clock.now();
      return tx.create(TotpFactor, { id, user, name: name ?? TOTP_NAME, secret, lastStep, createdAt });
    },
  });
}
