import { record } from '../audit/record.js';
import type { Needs, Transaction } from '../context.js';
import { requireUser } from '../require-user.js';
import { assertStillSignedIn } from '../sessions/assert-still-signed-in.js';
import { User } from '../users/user.entity.js';
import { replaceAvatar } from './replace-avatar.js';

/** Removes the signed-in user's picture. A job deletes its files. */
export async function removeAvatar(ctx: Needs<Transaction | 'actor' | 'jobs' | 'limits'>): Promise<User> {
  const person = await requireUser(ctx);
  const { userId, sessionId } = person;
  await ctx.limits.consume('updateAvatar.account', userId);
  return ctx.em.fork().transactional(async (tx) => {
    await assertStillSignedIn(ctx, tx, person);
    const user = await tx.findOneOrFail(User, userId);
    if (user.avatar === null) return user;
    await replaceAvatar(ctx, tx, user, null);
    record(ctx, tx, { action: 'removeAvatar', actorId: userId, subjectId: userId, sessionId });
    return user;
  });
}
