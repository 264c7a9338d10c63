import type { EntityManager } from '@mikro-orm/postgresql';
import type { Challenge, ChallengePurpose } from '../challenges/challenge.entity.js';
import { type IssuedChallenge, issueChallenge } from '../challenges/issue-challenge.js';
import { mailCode } from '../challenges/mail-code.js';
import type { CodeMailing, Needs } from '../context.js';
import { lockAddress } from '../registrations/lock-address.js';
import { PendingRegistration } from '../registrations/pending-registration.entity.js';
import { User } from '../users/user.entity.js';

interface AddressChallenge {
  purpose: ChallengePurpose;
  email: string;
  byOwner: boolean;
  further?: Partial<Pick<Challenge, 'proved' | 'attempt'>>;
}

/**
 * Mails a code that signs in and, where registration is open, opens the account of an unknown address. The challenge, the statements
 * and the kinds of rows are the same for every address. If the owner is suspended, or the address is unknown and registration is
 * closed, no code is right and no mail is sent.
 */
export async function issueToAddress(
  ctx: Needs<CodeMailing>,
  tx: EntityManager,
  { purpose, email, byOwner, further = {} }: AddressChallenge,
): Promise<IssuedChallenge & { known: User | null }> {
  const pending = ctx.config.registration === 'open' ? await keepPending(ctx, tx, email) : null;
  const known = await tx.findOne(User, { email });
  const user = known?.suspendedAt ? null : known;
  const issued = await issueChallenge(ctx, tx, {
    purpose,
    email: user?.email ?? email,
    locale: user?.locale ?? null,
    user,
    registration: known ? null : pending,
    byOwner,
    further,
  });
  await mailCode(ctx, tx, issued);
  return { ...issued, known };
}

/**
 * Keeps a registration without a password, for known addresses too. An earlier one stays as it is: a stranger's request must not remove the
 * password of the person who registered. That password does not count if this code opens the account (sign-up/open-account.ts).
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
