import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { User } from '../users/user.entity.js';
import { Identity } from './identity.entity.js';

@Resolver(() => User)
export class UserIdentitiesResolver {
  @FieldResolver(() => [Identity], {
    nullable: true,
    description: `
      The accounts at identity providers that sign the user in, oldest first.
      Visible to the user, and to callers with the permission users:read.
    `,
  })
  identities(@Root() user: User, @Ctx() { loaders }: Context) {
    return loaders.identitiesOfUser.load(user.id);
  }
}
