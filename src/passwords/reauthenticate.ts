import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs, AuthenticatedUser, Reauthenticating } from '../context.js';
import { Refusal } from '../errors.js';
import { assertStillSignedIn } from '../sessions/judge-again.js';
import { requireUser } from '../require-user.js';
import { User } from '../users/user.entity.js';
import { Password } from './password.entity.js';

/** A person who has just entered their password, and when that password was set. */
export interface Reauthenticated {
  person: AuthenticatedUser;
  changedAt: Date;
}

/**
 * The password, asked for once more: a person with a stolen session or at an open screen does not know it (OWASP
 * ASVS 6.2.3, 7.5.1). All operations that ask share one budget of guesses. `field` names the input's field.
 */
export async function reauthenticate(
  ctx: Needs<Reauthenticating>,
  { password, field }: { password: string | null | undefined; field: string },
): Promise<Reauthenticated> {
  const { em, limits, passwords } = ctx;
  const person = await requireUser(ctx);
  const { userId } = person;
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
    return { person, changedAt: stored.changedAt };
  });
}

/**
 * Called first in the transaction that acts upon a verified password; locks the person until its end. A reset,
 * a suspension or a sign-out that was committed in between wins: the operation is refused.
 */
export async function assertStillReauthenticated(
  ctx: Needs<'clock'>,
  tx: EntityManager,
  { person, changedAt }: Reauthenticated,
): Promise<User> {
  const { userId } = person;
  await assertStillSignedIn(ctx, tx, person);
  const current = await tx.findOne(Password, { user: userId });
  if (current?.changedAt.getTime() !== changedAt.getTime())
    throw new Refusal('INVALID_CREDENTIALS', { detail: 'the password was changed meanwhile', subject: userId });
  return tx.findOneOrFail(User, userId);
}
