import { record } from '../audit/record.js';
import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { type ChallengeRequired, challengeRequired } from '../challenges/challenge-required.js';
import { issueChallenge } from '../challenges/issue-challenge.js';
import { mailCode } from '../challenges/mail-code.js';
import type { CodeMailing, Needs, Transaction } from '../context.js';
import { Refusal } from '../errors.js';
import { requireUser } from '../require-user.js';
import { assertStillSignedIn } from '../sessions/assert-still-signed-in.js';
import { User } from '../users/user.entity.js';
import { confirmAddress } from './confirm-address.mail.js';

/**
 * Sends a code to the address of the signed-in user, who has not verified it yet. The mail has a code and no link: with a link, the owner
 * of the address could verify a stranger's account with one click.
 */
export async function requestEmailVerification(
  ctx: Needs<Transaction | CodeMailing | 'actor' | 'limits'>,
): Promise<ChallengeRequired> {
  const person = await requireUser(ctx);
  const { userId, sessionId } = person;
  await ctx.limits.consume('requestEmailVerification.account', userId);
  return ctx.em.fork().transactional(async (tx) => {
    await assertStillSignedIn(ctx, tx, person);
    const user = await tx.findOneOrFail(User, userId);
    if (user.emailVerifiedAt) throw new Refusal('ALREADY_VERIFIED', { subject: userId });
    const { email, locale, securityStamp } = user;
    await ctx.limits.consume('mail.recipient', email);
    const issued = await issueChallenge(ctx, tx, {
      purpose: ChallengePurpose.VERIFY_EMAIL,
      email,
      locale,
      user,
      linked: false,
      byOwner: true,
      further: { securityStamp },
    });
    await mailCode(ctx, tx, issued, confirmAddress);
    record(ctx, tx, { action: 'requestEmailVerification', actorId: userId, subjectId: userId, sessionId });
    return challengeRequired(issued.challenge, issued.token, ctx.config.otpLength);
  });
}
