import { record } from '../audit/record.js';
import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { type ChallengeRequired, challengeRequired } from '../challenges/challenge-required.js';
import { issueChallenge } from '../challenges/issue-challenge.js';
import { mailCode } from '../challenges/mail-code.js';
import type { CodeMailing, Needs, Transaction } from '../context.js';
import { askAsOwner } from '../sign-in/ask-as-owner.js';
import { requireSignInMethod } from '../sign-in/sign-in-methods.js';
import { User } from '../users/user.entity.js';
import type { RequestPasswordResetInput } from './recovery.input.js';

/**
 * Sends a code that sets a new password. For an unknown address, or one whose owner is suspended, the answer is the
 * same in the same time: the same statements, the same kinds of rows, a code that is never right, and no mail.
 */
export async function requestPasswordReset(
  ctx: Needs<Transaction | CodeMailing | 'sql' | 'limits'>,
  { email }: RequestPasswordResetInput,
): Promise<ChallengeRequired> {
  requireSignInMethod(ctx, 'password');
  const byOwner = await askAsOwner(ctx, 'requestPasswordReset', email);
  return ctx.em.fork().transactional(async (tx) => {
    const known = await tx.findOne(User, { email });
    const user = known?.suspendedAt ? null : known;
    const asked = {
      purpose: ChallengePurpose.RESET_PASSWORD,
      email: user?.email ?? email,
      locale: user?.locale ?? null,
      user,
      byOwner,
    };
    const issued = await issueChallenge(ctx, tx, asked);
    await mailCode(ctx, tx, issued);
    record(ctx, tx, { action: 'requestPasswordReset', subjectId: known?.id ?? null });
    return challengeRequired(issued.challenge, issued.token, ctx.config.otpLength);
  });
}
