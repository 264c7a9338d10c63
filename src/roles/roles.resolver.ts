import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { createRole } from './create-role.js';
import { deleteRole } from './delete-role.js';
import { Role } from './role.entity.js';
import { CreateRoleInput, DeleteRoleInput, UpdateRoleInput } from './roles.input.js';
import { updateRole } from './update-role.js';

@Resolver(() => Role)
export class RolesResolver {
  @Query(() => [Role], { description: 'Lists all roles, ordered by name. Requires the permission roles:read.' })
  roles(@Ctx() { em }: Context) {
    return em.find(Role, {}, { orderBy: { name: 'asc' } });
  }

  @Mutation(() => Role, {
    description: `
      Creates a role. Requires the permission roles:write and a recent authentication.
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is not recent. Call requestReauthentication.
      - FORBIDDEN: you do not have one of the permissions. Only a user with the role admin can grant any.
      - ROLE_TAKEN: a role of this name exists.
    `,
  })
  createRole(@Arg('input', () => CreateRoleInput) input: CreateRoleInput, @Ctx() ctx: Context) {
    return createRole(ctx, input);
  }

  @Mutation(() => Role, {
    description: `
      Changes a role. Requires the permission roles:write and a recent authentication.
      When the permissions or requiresSecondFactor change, the access tokens of all users who hold the role are revoked before this operation
      answers. Their sessions continue: a refresh gives access tokens with the new permissions.
      When requiresSecondFactor becomes true, sessions without a verified second factor end at their next refresh, unless their device is trusted.
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is not recent. Call requestReauthentication.
      - NOT_FOUND: there is no role of this name.
      - ROLE_BUILT_IN: the permissions of the role admin cannot be changed.
      - FORBIDDEN: you do not have one of the permissions that you add or remove, or one of the role when you change requiresSecondFactor.
    `,
  })
  updateRole(@Arg('input', () => UpdateRoleInput) input: UpdateRoleInput, @Ctx() ctx: Context) {
    return updateRole(ctx, input);
  }

  @Mutation(() => Role, {
    description: `
      Deletes a role that neither a user nor a service account holds. Requires the permission roles:write and a recent authentication. The answer is the deleted role.
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is not recent. Call requestReauthentication.
      - NOT_FOUND: there is no role of this name.
      - ROLE_BUILT_IN: the role belongs to the server.
      - ROLE_IN_USE: users or service accounts hold the role, among them deleted users who can be restored. Take it from them first.
      - FORBIDDEN: you do not have one of the permissions of the role.
    `,
  })
  deleteRole(@Arg('input', () => DeleteRoleInput) input: DeleteRoleInput, @Ctx() ctx: Context) {
    return deleteRole(ctx, input);
  }

  @FieldResolver(() => ID, {
    description: 'The same as the name, for clients and federated graphs that identify objects by id.',
  })
  id(@Root() role: Role) {
    return role.name;
  }
}
