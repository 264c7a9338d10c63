import type { Needs } from '../context.js';
import { avatarKey, newAvatarName } from './avatar-name.js';
import { enqueueDeletion } from './delete-avatar.js';

/** To store a picture under a new name. */
export type Storing = 'em' | 'jobs' | 'pictures' | 'storage';

/** In seconds. Longer than any upload takes. */
const UNUSED_AFTER = 10 * 60;

/**
 * Decodes the picture and stores it under a new name, which the caller assigns to a user. Before the first byte is stored, a job is
 * committed that later deletes the picture unless a user has it. So an upload whose transaction fails, or whose process is killed, leaves
 * nothing behind.
 */
export async function storeAvatar(ctx: Needs<Storing>, bytes: Buffer): Promise<string> {
  const pictures = await ctx.pictures.encode(bytes);
  const name = newAvatarName();
  await ctx.em.fork().transactional((tx) => enqueueDeletion(ctx, tx, name, { startAfter: UNUSED_AFTER }));
  const headers = { contentType: 'image/webp', cacheControl: FOREVER };
  await Promise.all(pictures.map((one) => ctx.storage.put(avatarKey(name, one.size), one.bytes, headers)));
  return name;
}

/** The bytes at an address never change: a new picture has a new name. */
export const FOREVER = 'public, max-age=31536000, immutable';
