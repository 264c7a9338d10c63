import { LockMode } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import type { ChallengeRequired } from '../challenges/challenge-required.js';
import type { CodeMailing, Needs, Transaction } from '../context.js';
import { Refusal } from '../errors.js';
import { lockAddress } from '../registrations/lock-address.js';
import { PendingRegistration } from '../registrations/pending-registration.entity.js';
import { User } from '../users/user.entity.js';
import type { LoginCandidates } from './account.js';
import { askForAddress } from './ask-for-address.js';

/**
 * For a pending registration. If its address has an owner, the same rows are written, and the mail reminds the owner of the account.
 */
export function verifyRegistrationFirst(
  ctx: Needs<Transaction | CodeMailing | 'limits'>,
  { id, email, hash }: NonNullable<LoginCandidates['registration']>,
): Promise<ChallengeRequired> {
  return ctx.em.fork().transactional(async (tx) => {
    await lockAddress(tx, email);
    const registration = await tx.findOne(PendingRegistration, id, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const owner = await tx.findOne(User, { email });
    // Verified, or registered with another password, in the meantime.
    if (registration?.passwordHash !== hash) throw new Refusal('INVALID_CREDENTIALS', { subject: owner?.id });
    // The owner's audit log shows it as an attempt with a wrong password.
    const event = owner ? { code: 'INVALID_CREDENTIALS' as const, subjectId: owner.id } : {};
    record(ctx, tx, { action: 'login', ...event });
    return askForAddress(ctx, tx, { email, locale: registration.locale, user: null, registration });
  });
}
