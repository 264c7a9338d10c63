import { record } from '../audit/record.js';
import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { type ChallengeRequired, challengeRequired } from '../challenges/challenge-required.js';
import { issueChallenge } from '../challenges/issue-challenge.js';
import { emailChangeRequested } from './email-change-requested.mail.js';
import { mailCode } from '../challenges/mail-code.js';
import type { CodeMailing, Needs, Reauthenticating, Transaction } from '../context.js';
import { reauthenticate, assertStillReauthenticated } from '../passwords/reauthenticate.js';
import { requireUser } from '../require-user.js';
import type { RequestEmailChangeInput } from './account.input.js';
import { notify } from '../notices/notify.js';

/**
 * Sends a code to the new address and a notice to the old one; nothing changes yet. Whether the new address has an
 * owner is not checked here: only a reader of its mail learns that, at the confirmation.
 */
export async function requestEmailChange(
  ctx: Needs<Transaction | CodeMailing | Reauthenticating>,
  { newEmail, password }: RequestEmailChangeInput,
): Promise<ChallengeRequired> {
  const { userId, sessionId } = await requireUser(ctx);
  const { limits } = ctx;
  await limits.consume('requestEmailChange.account', userId);
  const proof = await reauthenticate(ctx, { password, field: 'input.password' });
  await limits.consume('mail.recipient', newEmail);
  return ctx.em.fork().transactional(async (tx) => {
    const user = await assertStillReauthenticated(ctx, tx, proof);
    const { locale, securityStamp } = user;
    const issued = await issueChallenge(ctx, tx, {
      purpose: ChallengePurpose.CHANGE_EMAIL,
      email: newEmail,
      locale,
      user,
      byOwner: true,
      further: { securityStamp },
    });
    await mailCode(ctx, tx, issued);
    await notify(ctx, tx, user, emailChangeRequested);
    record(ctx, tx, { action: 'requestEmailChange', actorId: userId, subjectId: userId, sessionId });
    return challengeRequired(issued.challenge, issued.token, ctx.config.otpLength);
  });
}
