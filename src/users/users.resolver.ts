import { Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { Refusal } from '../errors.js';
import { Role } from '../roles/role.entity.js';
import { Session } from '../sessions/session.entity.js';
import { MAX_SESSIONS } from '../sessions/sessions-loader.js';
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

  @FieldResolver(() => [Role], {
    nullable: true,
    description: 'The roles that the user holds. Visible to the user, and to callers with the permission users:read.',
  })
  roles(@Root() user: User, @Ctx() { loaders }: Context) {
    return loaders.rolesOfUser.load(user.id);
  }

  @FieldResolver(() => [String], {
    nullable: true,
    description: `
      The permissions of all roles that the user holds, in alphabetical order.
      Visible to the user, and to callers with the permission users:read.
    `,
  })
  async permissions(@Root() user: User, @Ctx() { loaders }: Context) {
    const roles = await loaders.rolesOfUser.load(user.id);
    return [...new Set(roles.flatMap(({ permissions }) => permissions))].sort();
  }

  @FieldResolver(() => [Session], {
    nullable: true,
    description: `
      The active sessions, newest first, ${MAX_SESSIONS} at most.
      Visible to the user, and to callers with the permission users:read.
    `,
  })
  sessions(@Root() user: User, @Ctx() { loaders }: Context) {
    return loaders.sessionsOfUser.load(user.id);
  }
}
