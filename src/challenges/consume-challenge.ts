import { type EntityManager, raw } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { Challenge } from './challenge.entity.js';
import { ATTEMPTS } from './issue-challenge.js';

/** A challenge that was answered right. */
export interface Consumable {
  challengeId: string;
  /** What else the answer uses up, in the same transaction: the step of an authenticator app, a recovery code. */
  useUp?: ((tx: EntityManager) => Promise<void>) | undefined;
}

/** Marks the challenge answered; of two that come with the right answer at once, one is refused. */
export async function consume(
  { clock }: Needs<'clock'>,
  em: EntityManager,
  { challengeId, useUp }: Consumable,
): Promise<void> {
  const answeredAt = clock.now();
  const consumed = await em.nativeUpdate(Challenge, { id: challengeId, answeredAt: null }, { answeredAt });
  if (consumed === 0) throw new Refusal('CHALLENGE_EXPIRED');
  await useUp?.(em);
}

/** All other open challenges of the user die: codes on their way to an address or a hand that is no longer trusted. */
export async function invalidateAll({ clock }: Needs<'clock'>, em: EntityManager, userId: string): Promise<void> {
  await em.nativeUpdate(Challenge, { user: userId, answeredAt: null }, { answeredAt: clock.now() });
}

/** Gives a try back to who had the right code and failed at something else, such as the choice of a password. */
export async function refundAttempt(em: EntityManager, { challengeId }: Consumable): Promise<void> {
  await em.nativeUpdate(
    Challenge,
    { id: challengeId, answeredAt: null },
    { attemptsLeft: raw('least(attempts_left + 1, ?)', [ATTEMPTS]) },
  );
}
