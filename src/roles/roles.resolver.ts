import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { createRole } from './create-role.js';
import { deleteRole } from './delete-role.js';
import { Role } from './role.entity.js';
import { CreateRoleInput, DeleteRoleInput, UpdateRoleInput } from './roles.input.js';
import { updateRole } from './update-role.js';

@Resolver(() => Role)
export class RolesResolver {
  @Query(() => [Role], { description: 'Permission roles:read. Every role there is, by name.' })
  roles(@Ctx() { em }: Context) {
    return em.find(Role, {}, { orderBy: { name: 'asc' } });
  }

  @Mutation(() => Role, {
    description:
      "Permission roles:write. With permissions of the gateway's and of the application's own; never beyond one's own, unless one is an administrator.",
  })
  createRole(@Arg('input', () => CreateRoleInput) input: CreateRoleInput, @Ctx() ctx: Context) {
    return createRole(ctx, input);
  }

  @Mutation(() => Role, {
    description:
      'Permission roles:write. Access tokens of everyone who holds the role are dead everywhere when this answers.',
  })
  updateRole(@Arg('input', () => UpdateRoleInput) input: UpdateRoleInput, @Ctx() ctx: Context) {
    return updateRole(ctx, input);
  }

  @Mutation(() => Role, {
    description: 'Permission roles:write. Refused with ROLE_IN_USE while anyone holds it, and for built-in roles.',
  })
  deleteRole(@Arg('input', () => DeleteRoleInput) input: DeleteRoleInput, @Ctx() ctx: Context) {
    return deleteRole(ctx, input);
  }

  @FieldResolver(() => ID, { description: 'Its name, for caches and graphs that know things by id.' })
  id(@Root() role: Role) {
    return role.name;
  }
}
