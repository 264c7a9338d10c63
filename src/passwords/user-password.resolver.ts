import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { User } from '../users/user.entity.js';

/** What passwords add to a User. */
@Resolver(() => User)
export class UserPasswordResolver {
  @FieldResolver(() => Boolean, {
    nullable: true,
    description: `
      Whether the user has a password. A user without one signs in by a code or with a passkey, and can set one with
      changePassword. Visible to the user, and to callers with the permission users:read.
    `,
  })
  hasPassword(@Root() user: User, @Ctx() { loaders }: Context) {
    return loaders.hasPassword.load(user.id);
  }
}
