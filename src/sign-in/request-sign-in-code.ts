import type { EntityManager } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { type ChallengeRequired, challengeRequired } from '../challenges/challenge-required.js';
import { issueChallenge } from '../challenges/issue-challenge.js';
import { mailCode } from '../challenges/mail-code.js';
import type { CodeMailing, Needs, Transaction } from '../context.js';
import { lockAddress } from '../registrations/lock-address.js';
import { PendingRegistration } from '../registrations/pending-registration.entity.js';
import { User } from '../users/user.entity.js';
import { askAsOwner } from './ask-as-owner.js';
import type { RequestSignInCodeInput } from './sign-in.input.js';
import { requireSignInMethod } from './sign-in-methods.js';

/**
 * Sends a code that signs in and, where registration is open, opens the account of an unknown address. The answer, its time, the
 * statements and the kinds of rows are the same for every address. If the owner is suspended, or the address is unknown and
 * registration is closed, no code is right and no mail is sent.
 */
export async function requestSignInCode(
  ctx: Needs<Transaction | CodeMailing | 'sql' | 'limits'>,
  { email }: RequestSignInCodeInput,
): Promise<ChallengeRequired> {
  requireSignInMethod(ctx, 'email-code');
  const byOwner = await askAsOwner(ctx, 'requestSignInCode', email);
  return ctx.em.fork().transactional(async (tx) => {
    const pending = ctx.config.registration === 'open' ? await keepPending(ctx, tx, email) : null;
    const known = await tx.findOne(User, { email });
    const user = known?.suspendedAt ? null : known;
    const asked = {
      purpose: ChallengePurpose.SIGN_IN,
      email: user?.email ?? email,
      locale: user?.locale ?? null,
      user,
      registration: known ? null : pending,
      byOwner,
    };
    const issued = await issueChallenge(ctx, tx, asked);
    await mailCode(ctx, tx, issued);
    record(ctx, tx, { action: 'requestSignInCode', subjectId: known?.id ?? null });
    return challengeRequired(issued.challenge, issued.token, ctx.config.otpLength);
  });
}

/**
 * A registration without a password, for known addresses too. An earlier one keeps what it has: a stranger's request must not take
 * the password of the person who registered. Nor does that password count if this code opens the account (sign-up/open-account.ts).
 */
async function keepPending({ clock }: Needs<'clock'>, tx: EntityManager, email: string): Promise<PendingRegistration> {
  await lockAddress(tx, email);
  const now = clock.now();
  const earlier = await tx.findOne(PendingRegistration, { email });
  const pending = earlier ?? tx.create(PendingRegistration, { email, createdAt: now, updatedAt: now });
  pending.updatedAt = now;
  await tx.flush();
  return pending;
}
