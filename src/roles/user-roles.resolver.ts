import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { User } from '../users/user.entity.js';
import { permissionsOfRoles } from './permissions-of-roles.js';
import { Role } from './role.entity.js';

/** What roles add to a User. */
@Resolver(() => User)
export class UserRolesResolver {
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
    return permissionsOfRoles(await loaders.rolesOfUser.load(user.id));
  }
}
