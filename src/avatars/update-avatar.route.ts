import { Refusal } from '../errors.js';
import type { Route } from '../feature.js';
import { requireUser } from '../require-user.js';
import { ACCEPTED } from './accepted-pictures.js';
import { updateAvatar } from './update-avatar.js';
import { isTicketOf } from './upload-ticket.js';

/** Receives the bytes of a picture, at the address that requestAvatarUpload returned. */
export const updateAvatarRoute: Route = {
  method: 'PUT',
  path: '/avatars/:ticket',
  operation: 'updateAvatar',
  crossOrigin: 'configured',
  body: { as: 'bytes', types: ACCEPTED.types, maxBytes: ACCEPTED.maxBytes, atOnce: 32 },
  async admit(ctx, { params: { ticket = '' } }) {
    const { userId } = await requireUser(ctx);
    if (!isTicketOf(ctx, userId, ticket)) throw new Refusal('FORBIDDEN', { message: NOT_YOURS });
    await ctx.limits.consume('updateAvatar.account', userId);
  },
  async answer(ctx, { bytes }) {
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    return { status: 200, headers, body: JSON.stringify(await updateAvatar(ctx, bytes)) };
  },
};

const NOT_YOURS = 'This address has expired, or it was given to another user. Call requestAvatarUpload again.';
