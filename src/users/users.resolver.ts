import { Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { Refusal } from '../errors.js';
import { Role } from '../roles/role.entity.js';
import { Session } from '../sessions/session.entity.js';
import { statusOf, User, UserStatus } from './user.entity.js';

@Resolver(() => User)
export class UsersResolver {
  @Query(() => User, {
    nullable: true,
    description:
      'Needs a sign-in: refused with UNAUTHENTICATED, TOKEN_INVALID, TOKEN_EXPIRED or TOKEN_REVOKED without. The person who asks.',
  })
  async me(@Ctx() ctx: Context): Promise<User> {
    const who = await ctx.self();
    if (!who) throw new Refusal('TOKEN_REVOKED');
    return who.user;
  }

  @FieldResolver(() => Boolean, { nullable: true, description: 'Private: self or users:read.' })
  emailVerified(@Root() user: User) {
    return user.emailVerifiedAt !== null;
  }

  @FieldResolver(() => UserStatus, { nullable: true, description: 'Private: self or users:read.' })
  status(@Root() user: User) {
    return statusOf(user);
  }

  @FieldResolver(() => [Role], { nullable: true, description: 'Private: self or users:read.' })
  roles(@Root() user: User, @Ctx() { loaders }: Context) {
    return loaders.rolesOfUser.load(user.id);
  }

  @FieldResolver(() => [String], {
    nullable: true,
    description: "Private: self or users:read. The union of the roles' permissions.",
  })
  async permissions(@Root() user: User, @Ctx() { loaders }: Context) {
    const roles = await loaders.rolesOfUser.load(user.id);
    return [...new Set(roles.flatMap(({ permissions }) => permissions))].sort();
  }

  @FieldResolver(() => [Session], {
    nullable: true,
    description: 'Private: self or users:read. Live sessions, newest first, 100 at most.',
  })
  sessions(@Root() user: User, @Ctx() { loaders }: Context) {
    return loaders.sessionsOfUser.load(user.id);
  }
}
