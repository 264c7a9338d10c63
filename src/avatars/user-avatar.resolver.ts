import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { User } from '../users/user.entity.js';
import { avatarUrl } from './avatar-name.js';

const SIZE = `
  The width in pixels at which the picture will be shown. Pictures are kept in widths of 128 and 512: up to 128 this is the
  address of the smaller one, above 128 that of the larger one.
`;

/** What pictures add to a User. */
@Resolver(() => User)
export class UserAvatarResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description: `
      The address of the picture, a square of the type image/webp. Null when the user has none. Public.
      The picture at an address never changes: a new picture has a new address.
    `,
  })
  avatarUrl(
    @Root() { avatar }: User,
    @Ctx() { config }: Context,
    @Arg('size', () => Int, { nullable: true, defaultValue: 512, description: SIZE }) size: number | null,
  ) {
    return avatar && avatarUrl(config, avatar, size ?? 512);
  }
}
