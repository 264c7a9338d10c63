import { Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../context.js';
import { User } from '../users/user.entity.js';
import { AvatarUpload } from './avatar-upload.js';
import { removeAvatar } from './remove-avatar.js';
import { requestAvatarUpload } from './request-avatar-upload.js';

@Resolver()
export class AvatarsResolver {
  @Mutation(() => AvatarUpload, {
    description: `
      Begins to change the picture of the signed-in user: returns where to upload it, with PUT and the access token in the
      Authorization header. The picture is cropped to a square and re-encoded: metadata and all frames but the first are removed.
      When the upload is answered with 200, User.avatarUrl is set; the answer is JSON and holds avatarUrl too.
      Requires a sign-in.
    `,
  })
  requestAvatarUpload(@Ctx() ctx: Context) {
    return requestAvatarUpload(ctx);
  }

  @Mutation(() => User, {
    description: 'Removes the picture of the signed-in user. Requires a sign-in.',
  })
  removeAvatar(@Ctx() ctx: Context) {
    return removeAvatar(ctx);
  }
}
