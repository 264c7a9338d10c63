import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import type { User } from '../users/user.entity.js';
import { enqueueDeletion } from './delete-avatar.js';

/** In the caller's transaction, which has locked the user. Returns whether there was a picture; it is deleted after the commit. */
export async function replaceAvatar(
  { clock, jobs }: Needs<'clock' | 'jobs'>,
  tx: EntityManager,
  user: User,
  name: string | null,
): Promise<boolean> {
  const former = user.avatar;
  tx.assign(user, { avatar: name, updatedAt: clock.now() });
  if (former !== null) await enqueueDeletion({ jobs }, tx, former);
  return former !== null;
}
