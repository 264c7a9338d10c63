import { LockMode } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import type { Context } from '../context.js';
import { Refusal } from '../errors.js';
import { violatedUnique } from '../platform/database.js';
import { signedIn } from '../sessions/signed-in-actor.js';
import type { UpdateProfileInput } from './account.input.js';
import { User } from './user.entity.js';

/** What the signed-in person says about themself. Absent leaves as it is; null clears. */
export async function updateProfile(
  ctx: Context,
  { username, displayName, locale }: UpdateProfileInput,
): Promise<User> {
  const { userId, sessionId } = await signedIn(ctx);
  await ctx.limits.consume('updateProfile.account', userId);
  const given = Object.entries({ username, displayName, locale }).filter(([, value]) => value !== undefined);
  try {
    return await ctx.em.fork().transactional(async (tx) => {
      const user = await tx.findOneOrFail(User, userId, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (given.length === 0) return user;
      tx.assign(user, { ...Object.fromEntries(given), updatedAt: ctx.clock.now() });
      record(ctx, tx, { action: 'updateProfile', actorId: userId, subjectId: userId, sessionId });
      return user;
    });
  } catch (error) {
    if (violatedUnique(error) !== null) throw new Refusal('USERNAME_TAKEN', { field: 'input.username' });
    throw error;
  }
}
