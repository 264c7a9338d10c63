import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs, AuthenticatedUser, Reauthenticating } from '../context.js';
import { Refusal } from '../errors.js';
import { assertStillSignedIn } from '../sessions/assert-still-signed-in.js';
import {
  assertStillRecent,
  requireRecentAuthentication,
  requireRecentFactor,
} from '../sessions/recent-authentication.js';
import { User } from '../users/user.entity.js';
import { Password } from './password.entity.js';

/** A user who has just authenticated again, or has authenticated recently. */
export interface Reauthenticated {
  person: AuthenticatedUser;
  /** When the entered password had been set. Null if none was entered: then the recent authentication counts. */
  changedAt: Date | null;
}

/**
 * For sensitive operations: the password once more, which someone with a stolen session or at an unlocked screen does not know (OWASP ASVS
 * 6.2.3, 7.5.1). Without it the session must have been authenticated recently, by whatever the user signs in with: not every user has a
 * password. A user with a second factor must have verified it recently in either case. That is checked first, so that a stolen session does
 * not learn whether a password is right. All operations that ask share one budget of guesses. `field` names the input's field.
 */
export async function reauthenticate(
  ctx: Needs<Reauthenticating>,
  { password, field }: { password: string | null | undefined; field: string },
): Promise<Reauthenticated> {
  const { em, limits, passwords, config } = ctx;
  // Where no user signs in by password, one from before is worth nothing.
  if (!password || !config.signInMethods.includes('password'))
    return { person: await requireRecentAuthentication(ctx), changedAt: null };
  const person = await requireRecentFactor(ctx);
  const { userId } = person;
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
 * Call it first in the transaction that acts; it locks the user until its end. A reset, a suspension or a sign-out that was committed in
 * between wins: the operation is refused.
 */
export async function assertStillReauthenticated(
  ctx: Needs<Reauthenticating>,
  tx: EntityManager,
  { person, changedAt }: Reauthenticated,
): Promise<User> {
  const { userId } = person;
  await assertStillSignedIn(ctx, tx, person);
  await assertStillRecent(ctx, tx, person, { withPassword: changedAt !== null });
  if (changedAt) await assertPasswordUnchanged(tx, userId, changedAt);
  return tx.findOneOrFail(User, userId);
}

async function assertPasswordUnchanged(tx: EntityManager, userId: string, changedAt: Date): Promise<void> {
  const current = await tx.findOne(Password, { user: userId });
  if (current?.changedAt.getTime() !== changedAt.getTime())
    throw new Refusal('INVALID_CREDENTIALS', { detail: 'the password was changed meanwhile', subject: userId });
}
