import { type EntityManager, raw } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { nowIn } from '../platform/clock.js';
import { sqlIn } from '../platform/database.js';
import { Challenge } from './challenge.entity.js';
import { ATTEMPTS } from './issue-challenge.js';

/** A correctly answered challenge. */
export interface Consumable {
  challengeId: string;
  userId: string | null;
  /** What else the answer uses up, in the same transaction: the step of an authenticator app, a recovery code. */
  useUp?: ((tx: EntityManager) => Promise<void>) | undefined;
}

/**
 * Marks the challenge as answered; of two concurrent right answers, one is refused. So is an answer whose account has changed since the
 * challenge was issued: in a transaction that has locked the user's row, this check is final.
 */
export async function consume(
  { clock }: Needs<'clock'>,
  em: EntityManager,
  { challengeId, userId, useUp }: Consumable,
): Promise<void> {
  const consumed = await sqlIn(em)('challenge-consume', CONSUME, [challengeId, clock.forDatabase()]);
  if (consumed.length === 0) throw new Refusal('CHALLENGE_EXPIRED', { detail: CHANGED, subject: userId });
  await useUp?.(em);
}

const CHANGED = 'it was answered, or the account was changed, meanwhile';

/** SQL on the row `c`, a challenge or an attempt: what was verified before it is valid while the user's security stamp is the same. */
export const UNCHANGED = `
  (c.security_stamp is null or c.security_stamp = (select u.security_stamp from users u where u.id = c.user_id))`;

const CONSUME = `
update challenges c set answered_at = ${nowIn('$2')}
 where c.id = $1::uuid and c.answered_at is null and ${UNCHANGED}
returning c.id`;

/** Voids all other open challenges of the user: codes on their way to an address, or to someone, no longer trusted. */
export async function invalidateAll({ clock }: Needs<'clock'>, em: EntityManager, userId: string): Promise<void> {
  await em.nativeUpdate(Challenge, { user: userId, answeredAt: null }, { answeredAt: clock.now(), voided: true });
}

/** Gives an attempt back after a right code, if something else failed, such as the choice of a password. */
export async function refundAttempt(em: EntityManager, { challengeId }: Consumable): Promise<void> {
  await em.nativeUpdate(
    Challenge,
    { id: challengeId, answeredAt: null },
    { attemptsLeft: raw('least(attempts_left + 1, ?)', [ATTEMPTS]) },
  );
}
