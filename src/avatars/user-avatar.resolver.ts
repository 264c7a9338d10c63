import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { User } from '../users/user.entity.js';
import { avatarUrl } from './avatar-name.js';

const SIZE = `
  How many pixels wide the picture will be shown. The address is that of the smallest kept one that is not smaller, of 128 and
  512; above 512 it is that of 512.
`;

/** What pictures add to a User. */
@Resolver(() => User)
export class UserAvatarResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description: `
      The address of the picture, a square of the type image/webp. Null when the user has none. Public.
      What is there never changes: a new picture has a new address.
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
