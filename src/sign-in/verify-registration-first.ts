import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { type ChallengeRequired, challengeRequired } from '../challenges/challenge-required.js';
import { type IssuedChallenge, issueChallenge } from '../challenges/issue-challenge.js';
import { mailCode } from '../challenges/mail-code.js';
import type { CodeMailing, Needs, Transaction } from '../context.js';
import { Refusal } from '../errors.js';
import { lockAddress } from '../registrations/lock-address.js';
import { PendingRegistration } from '../registrations/pending-registration.entity.js';
import { User } from '../users/user.entity.js';
import type { LoginCandidates } from './account.js';
import { signInCode } from './sign-in-code.mail.js';

type AskingNeeds = Needs<Transaction | CodeMailing | 'limits'>;

/**
 * For a pending registration. If its address has an owner, the same rows are written, and the mail tells the owner that they have
 * an account.
 */
export function verifyRegistrationFirst(
  ctx: AskingNeeds,
  { id, email, hash }: NonNullable<LoginCandidates['registration']>,
): Promise<ChallengeRequired> {
  return askForCode(ctx, email, async (tx) => {
    await lockAddress(tx, email);
    const registration = await tx.findOne(PendingRegistration, id, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const owner = await tx.findOne(User, { email });
    // Verified, or registered with another password, in the meantime.
    if (registration?.passwordHash !== hash) throw new Refusal('INVALID_CREDENTIALS', { subject: owner?.id });
    // In the owner's audit log it is an attempt with a wrong password.
    const event = owner ? { code: 'INVALID_CREDENTIALS' as const, subjectId: owner.id } : {};
    record(ctx, tx, { action: 'login', ...event });
    return issueChallenge(ctx, tx, { ...ASKED, email, locale: registration.locale, user: null, registration });
  });
}

/** A code and no link: with a link, the owner of the address could confirm the registration of a stranger by one press. */
const ASKED = { purpose: ChallengePurpose.VERIFY_EMAIL, linked: false };

async function askForCode(
  ctx: AskingNeeds,
  email: string,
  issue: (tx: EntityManager) => Promise<IssuedChallenge>,
): Promise<ChallengeRequired> {
  await ctx.limits.consume('resendOtp.account', email);
  await ctx.limits.consume('mail.recipient', email);
  return ctx.em.fork().transactional(async (tx) => {
    const issued = await issue(tx);
    await mailCode(ctx, tx, issued, signInCode);
    return challengeRequired(issued.challenge, issued.token, ctx.config.otpLength);
  });
}
