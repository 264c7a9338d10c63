import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { Context } from '../context.js';
import { LoggedOut } from '../sessions/logged-out.js';
import { AccountDeleted } from '../users/account-deleted.js';
import { User } from '../users/user.entity.js';
import {
  CreateUserInput,
  DeleteUserInput,
  EndUserSessionsInput,
  ReinstateUserInput,
  RestoreUserInput,
  SuspendUserInput,
  UpdateUserInput,
  UpdateUserRolesInput,
} from './admin.input.js';
import { createUser } from './create-user.js';
import { deleteUser, restoreUser } from './delete-user.js';
import { endUserSessions } from './end-user-sessions.js';
import { users } from './find-users.js';
import { reinstateUser, suspendUser } from './suspend-user.js';
import { updateUserRoles } from './update-user-roles.js';
import { updateUser } from './update-user.js';
import { UserConnection, UsersArgs } from './users.input.js';

@Resolver()
export class AdminResolver {
  @Query(() => User, { nullable: true, description: 'Permission users:read. Soft-deleted ones too; null for nobody.' })
  user(@Arg('id', () => ID) id: string, @Ctx() { loaders }: Context) {
    return loaders.userEvenDeleted.load(id);
  }

  @Query(() => UserConnection, {
    description: 'Permission users:read. search matches e-mail, username and display name, index-backed.',
  })
  users(@Args(() => UsersArgs) args: UsersArgs, @Ctx() ctx: Context) {
    return users(ctx, args);
  }

  @Mutation(() => User, { description: 'Permission users:write. With no more roles than your own.' })
  createUser(@Arg('input', () => CreateUserInput) input: CreateUserInput, @Ctx() ctx: Context) {
    return createUser(ctx, input);
  }

  @Mutation(() => User, {
    description:
      'Permission users:write. Not upon somebody who may do more than you; so for all that is done to an account.',
  })
  updateUser(@Arg('input', () => UpdateUserInput) input: UpdateUserInput, @Ctx() ctx: Context) {
    return updateUser(ctx, input);
  }

  @Mutation(() => User, {
    description:
      'Permission users:write. Access tokens that carry the old roles are dead everywhere when this answers; sessions go on.',
  })
  updateUserRoles(@Arg('input', () => UpdateUserRolesInput) input: UpdateUserRolesInput, @Ctx() ctx: Context) {
    return updateUserRoles(ctx, input);
  }

  @Mutation(() => User, { description: 'Permission users:write. Ends every session.' })
  suspendUser(@Arg('input', () => SuspendUserInput) input: SuspendUserInput, @Ctx() ctx: Context) {
    return suspendUser(ctx, input);
  }

  @Mutation(() => User, { description: 'Permission users:write. The person can sign in again.' })
  reinstateUser(@Arg('input', () => ReinstateUserInput) input: ReinstateUserInput, @Ctx() ctx: Context) {
    return reinstateUser(ctx, input);
  }

  @Mutation(() => AccountDeleted, { description: 'Permission users:write. Soft.' })
  deleteUser(@Arg('input', () => DeleteUserInput) input: DeleteUserInput, @Ctx() ctx: Context) {
    return deleteUser(ctx, input);
  }

  @Mutation(() => User, {
    description:
      'Permission users:write. Refused with EMAIL_TAKEN or USERNAME_TAKEN where somebody else has it by now.',
  })
  restoreUser(@Arg('input', () => RestoreUserInput) input: RestoreUserInput, @Ctx() ctx: Context) {
    return restoreUser(ctx, input);
  }

  @Mutation(() => LoggedOut, {
    description: 'Permission sessions:revoke. Their tokens are dead everywhere when this answers.',
  })
  endUserSessions(@Arg('input', () => EndUserSessionsInput) input: EndUserSessionsInput, @Ctx() ctx: Context) {
    return endUserSessions(ctx, input);
  }
}
