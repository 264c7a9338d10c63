import { record } from '../audit/record.js';
import type { Needs, Transaction } from '../context.js';
import { requireUser } from '../require-user.js';
import { assertStillSignedIn } from '../sessions/assert-still-signed-in.js';
import { User } from '../users/user.entity.js';
import { avatarUrl } from './avatar-name.js';
import { replaceAvatar } from './replace-avatar.js';
import { storeAvatar, type Storing } from './store-avatar.js';

/** Makes these bytes the signed-in user's picture. Of two concurrent uploads one stays, and the other is deleted. */
export async function updateAvatar(
  ctx: Needs<Transaction | Storing | 'actor' | 'config'>,
  bytes: Buffer,
): Promise<{ avatarUrl: string }> {
  const person = await requireUser(ctx);
  const { userId, sessionId } = person;
  const name = await storeAvatar(ctx, bytes);
  await ctx.em.fork().transactional(async (tx) => {
    await assertStillSignedIn(ctx, tx, person);
    const user = await tx.findOneOrFail(User, userId);
    const replaced = await replaceAvatar(ctx, tx, user, name);
    const details = { replaced, fromProvider: false };
    record(ctx, tx, { action: 'updateAvatar', actorId: userId, subjectId: userId, sessionId, details });
  });
  return { avatarUrl: avatarUrl(ctx.config, name, 512) };
}
