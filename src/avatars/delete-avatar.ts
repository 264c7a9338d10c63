import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import type { Job } from '../platform/jobs/jobs.js';
import { avatarKey, SIZES } from './avatar-name.js';

interface DeleteAvatar {
  name: string;
}

/** Deletes a picture unless a user has it. It is tried again while the storage is down. */
export function deleteAvatarJob({ sql, storage }: Needs<'sql' | 'storage'>): Job<DeleteAvatar> {
  return {
    name: 'delete-avatar',
    async work({ name }) {
      const [used] = await sql('avatar_used', 'select 1 from users where avatar = $1', [name]);
      if (used) return;
      for (const size of SIZES) await storage.delete(avatarKey(name, size));
    },
  };
}

/** Call it in the transaction that removes the picture from its user. */
export function enqueueDeletion(
  { jobs }: Needs<'jobs'>,
  tx: EntityManager,
  name: string,
  options?: { startAfter: number },
): Promise<void> {
  return jobs.enqueue(tx, 'delete-avatar', { name } satisfies DeleteAvatar, options);
}
