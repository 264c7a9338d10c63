import type { Needs } from '../context.js';
import { after } from '../platform/clock.js';
import { requireUser } from '../require-user.js';
import { ACCEPTED } from './accepted-pictures.js';
import type { AvatarUpload } from './avatar-upload.js';
import { makeTicket } from './upload-ticket.js';

const LIFETIME = 10 * 60_000;

/** Where the signed-in user may send a picture, and what it may be. */
export async function requestAvatarUpload(
  ctx: Needs<'actor' | 'clock' | 'config' | 'keys' | 'limits'>,
): Promise<AvatarUpload> {
  const { userId } = await requireUser(ctx);
  await ctx.limits.consume('updateAvatar.account', userId);
  const expiresAt = after(ctx.clock.now(), LIFETIME);
  return {
    url: `${ctx.config.publicUrl}/avatars/${makeTicket(ctx, userId, expiresAt)}`,
    method: 'PUT',
    maxBytes: ACCEPTED.maxBytes,
    contentTypes: [...ACCEPTED.types],
    expiresAt,
  };
}
