import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { User } from '../users/user.entity.js';
import { Session } from './session.entity.js';
import { MAX_SESSIONS } from './sessions-loader.js';

/** What sessions add to a User. */
@Resolver(() => User)
export class UserSessionsResolver {
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
