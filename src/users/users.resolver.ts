import { Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { Refusal } from '../errors.js';
import { statusOf, User, UserStatus } from './user.entity.js';

@Resolver(() => User)
export class UsersResolver {
  @Query(() => User, {
    nullable: true,
    description: 'The signed-in user. Requires a sign-in; without one it is null, and an error says why.',
  })
  async me(@Ctx() ctx: Context): Promise<User> {
    const who = await ctx.self();
    if (!who) throw new Refusal('TOKEN_REVOKED');
    return who.user;
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description:
      'Whether the e-mail address is verified. Visible to the user, and to callers with the permission users:read.',
  })
  emailVerified(@Root() user: User) {
    return user.emailVerifiedAt !== null;
  }

  @FieldResolver(() => UserStatus, {
    nullable: true,
    description: 'Whether the user can sign in. Visible to the user, and to callers with the permission users:read.',
  })
  status(@Root() user: User) {
    return statusOf(user);
  }
}
