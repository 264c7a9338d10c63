import { LockMode } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import { Challenge, ChallengeMethod } from '../challenges/challenge.entity.js';
import { type ChallengeRequired, challengeRequired } from '../challenges/challenge-required.js';
import { MARGIN } from '../challenges/issue-challenge.js';
import { mailCode } from '../challenges/mail-code.js';
import { hashCode, newCode } from '../challenges/one-time-code.js';
import type { CodeMailing, Needs, Transaction } from '../context.js';
import { Refusal } from '../errors.js';
import { after, databaseNow, secondsUntil } from '../platform/clock.js';
import { sqlIn } from '../platform/database.js';
import { sha256 } from '../platform/crypto.js';
import { newId } from '../platform/ids.js';
import { User } from '../users/user.entity.js';
import type { ResendOtpInput } from './sign-up.input.js';

/**
 * Sends a new code for a challenge and voids the old one. Used attempts stay used (OWASP ASVS 6.6.3), and the answer does not reveal
 * whether the address has an owner.
 */
export async function resendOtp(
  ctx: Needs<Transaction | CodeMailing | 'limits'>,
  { challengeToken }: ResendOtpInput,
): Promise<ChallengeRequired> {
  const { config, limits, request } = ctx;
  await limits.consume('resendOtp.address', request.ipAddress);
  return ctx.em.fork().transactional(async (tx) => {
    const now = await databaseNow(ctx, sqlIn(tx));
    const live = { tokenHash: sha256(challengeToken), answeredAt: null, expiresAt: { $gt: now } };
    const challenge = await tx.findOne(Challenge, live, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!challenge) throw new Refusal('CHALLENGE_EXPIRED');
    // Read for mailCode, which sends nothing to suspended users; the same statement runs without a user.
    const subject = (await tx.findOne(User, challenge.user?.id ?? newId()))?.id;
    if (!challenge.methods.includes(ChallengeMethod.EMAIL_CODE))
      throw new Refusal('CHALLENGE_EXPIRED', { message: NOT_MAILED, subject });
    // An invitation's days would become minutes, and its long code digits.
    if (challenge.expiresAt > after(now, config.otpLifetime + MARGIN))
      throw new Refusal('CHALLENGE_EXPIRED', { message: INVITATION, subject });
    if (challenge.attemptsLeft <= 0) throw new Refusal('TOO_MANY_ATTEMPTS', { subject });
    if (challenge.resendAfter > now)
      throw new Refusal('RATE_LIMITED', {
        retryAfter: secondsUntil(now, challenge.resendAfter),
        limit: 'resendOtp.cooldown',
        subject,
      });
    await limits.consume('resendOtp.account', challenge.email);
    await limits.consume('mail.recipient', challenge.email);
    const code = newCode(ctx, challenge.email);
    challenge.codeHash = hashCode(ctx, challenge, code);
    challenge.resendAfter = after(now, config.otpCooldown);
    challenge.expiresAt = after(now, config.otpLifetime);
    await mailCode(ctx, tx, { challenge, token: challengeToken, code });
    record(ctx, tx, { action: 'resendOtp', subjectId: subject ?? null });
    return challengeRequired(challenge, challengeToken, config.otpLength);
  });
}

const NOT_MAILED = 'No code is mailed for this challenge. Answer it by one of its methods.';
const INVITATION = 'An invitation is not sent again by this operation. Open the link in its mail.';
