import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { User } from '../users/user.entity.js';
import { Password } from './password.entity.js';

/** A person who has just given their password, and since when it is theirs. */
export interface Reauthenticated {
  userId: string;
  changedAt: Date;
}

/**
 * The password, asked for once more: whoever holds a stolen session or sits at an open screen does not know it (OWASP
 * ASVS 6.2.3, 7.5.1). All operations that ask share one budget of guesses. `field` names the input's field.
 */
export async function reauthenticate(
  { em, limits, passwords }: Needs<'em' | 'limits' | 'passwords'>,
  { userId, password, field }: { userId: string; password: string | null | undefined; field: string },
): Promise<Reauthenticated> {
  if (!password)
    throw new Refusal('REAUTHENTICATION_REQUIRED', {
      message: `Repeat the operation with your password in ${field}.`,
      field,
      subject: userId,
    });
  return limits.guess('reauthenticate.account', userId, async (right) => {
    const stored = await em.findOne(Password, { user: userId });
    const matches = stored ? await passwords.verify(password, stored.hash) : await passwords.verifyDummy(password);
    if (!stored || !matches) {
      throw new Refusal('INVALID_CREDENTIALS', { message: 'The password is wrong.', field, subject: userId });
    }
    await right();
    return { userId, changedAt: stored.changedAt };
  });
}

/**
 * Called first in the transaction that acts upon a verified password; locks the person until its end. A reset that came
 * in between wins: whatever the old password was to do is not done.
 */
export async function stillProved(em: EntityManager, { userId, changedAt }: Reauthenticated): Promise<User> {
  const user = await em.findOne(User, userId, { lockMode: LockMode.PESSIMISTIC_WRITE });
  const current = await em.findOne(Password, { user: userId });
  if (!user || current?.changedAt.getTime() !== changedAt.getTime()) {
    throw new Refusal('INVALID_CREDENTIALS', { detail: 'the password was changed meanwhile', subject: userId });
  }
  return user;
}
