import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { Context } from '../context.js';
import { LoggedOut } from '../sessions/logged-out.js';
import { AccountDeleted } from '../account/account-deleted.js';
import { User } from '../users/user.entity.js';
import {
  CreateUserInput,
  DeleteUserInput,
  EndUserSessionsInput,
  EraseUserInput,
  ReinstateUserInput,
  RestoreUserInput,
  SuspendUserInput,
  UpdateUserInput,
  UpdateUserRolesInput,
} from './admin.input.js';
import { createUser } from './create-user.js';
import { eraseUser, UserErased } from './erase-user.js';
import { deleteUser, restoreUser } from './delete-user.js';
import { endUserSessions } from './end-user-sessions.js';
import { users } from './find-users.js';
import { reinstateUser, suspendUser } from './suspend-user.js';
import { updateUserRoles } from './update-user-roles.js';
import { updateUser } from './update-user.js';
import { UserConnection, UsersArgs } from './users.input.js';

@Resolver()
export class AdminResolver {
  @Query(() => User, {
    nullable: true,
    description: `
      Finds a user by id, also one whose account is deleted and can be restored. Null when there is none.
      Requires the permission users:read.
    `,
  })
  user(@Arg('id', () => ID, { description: 'The id of the user, a UUID.' }) id: string, @Ctx() { loaders }: Context) {
    return loaders.userEvenDeleted.load(id);
  }

  @Query(() => UserConnection, {
    description: 'Lists users. Requires the permission users:read.',
  })
  users(@Args(() => UsersArgs) args: UsersArgs, @Ctx() ctx: Context) {
    return users(ctx, args);
  }

  @Mutation(() => User, {
    description: `
      Creates an account. Without a password, the user gets a mail with a link to choose one
      (INVITATION_LIFETIME, 7d by default). If users sign in with a code and not with a password, the mail says so instead.
      Requires the permission users:write, and with roles a recent authentication.
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is not recent. Call requestReauthentication.
      - EMAIL_TAKEN, USERNAME_TAKEN: another account has the e-mail address or the username.
      - WEAK_PASSWORD: extensions.reason says why, and extensions.suggestions what to do.
      - NOT_FOUND: there is no role of one of the names.
      - FORBIDDEN: one of the roles has a permission that you do not have. Only a user with the role admin can grant any.
        Also for a password, when users cannot sign in by password on this server (authSettings.signInMethods).
    `,
  })
  createUser(@Arg('input', () => CreateUserInput) input: CreateUserInput, @Ctx() ctx: Context) {
    return createUser(ctx, input);
  }

  @Mutation(() => User, {
    description: `
      Changes the account of a user. A field that is left out does not change. Requires the permission users:write, and with
      email or emailVerified a recent authentication. A new e-mail address ends the user's open challenges; the previous address gets a mail if it was verified.
      Refused with:
      - NOT_FOUND: there is no such account, or it was deleted.
      - FORBIDDEN: the user has a permission that you do not have.
      - EMAIL_TAKEN, USERNAME_TAKEN: another account has the e-mail address or the username.
      - REAUTHENTICATION_REQUIRED: change your own e-mail address with requestEmailChange. For that of another user, the last
        authentication is not recent: call requestReauthentication.
    `,
  })
  updateUser(@Arg('input', () => UpdateUserInput) input: UpdateUserInput, @Ctx() ctx: Context) {
    return updateUser(ctx, input);
  }

  @Mutation(() => User, {
    description: `
      Replaces the roles of a user. Requires the permission users:write and a recent authentication.
      The user's access tokens are revoked before this operation answers. Their sessions continue: a refresh gives access
      tokens with the new roles. If a new role requires a second factor, sessions without a verified one end
      at their next refresh.
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is not recent. Call requestReauthentication.
      - NOT_FOUND: there is no such account or role.
      - FORBIDDEN: the user, or a role that you add, has a permission that you do not have.
      - LAST_ADMIN: this is the last active administrator. Make another user an administrator first.
    `,
  })
  updateUserRoles(@Arg('input', () => UpdateUserRolesInput) input: UpdateUserRolesInput, @Ctx() ctx: Context) {
    return updateUserRoles(ctx, input);
  }

  @Mutation(() => User, {
    description: `
      Suspends a user: all their sessions and open challenges end, and they cannot sign in until reinstateUser.
      Requires the permission users:write.
      Refused with:
      - NOT_FOUND: there is no such account, or it was deleted.
      - FORBIDDEN: the user has a permission that you do not have.
      - LAST_ADMIN: this is the last active administrator. Make another user an administrator first.
    `,
  })
  suspendUser(@Arg('input', () => SuspendUserInput) input: SuspendUserInput, @Ctx() ctx: Context) {
    return suspendUser(ctx, input);
  }

  @Mutation(() => User, {
    description: `
      Ends the suspension of a user, who can sign in again. Requires the permission users:write.
      Refused with:
      - NOT_FOUND: there is no such account, or it was deleted.
      - FORBIDDEN: the user has a permission that you do not have.
    `,
  })
  reinstateUser(@Arg('input', () => ReinstateUserInput) input: ReinstateUserInput, @Ctx() ctx: Context) {
    return reinstateUser(ctx, input);
  }

  @Mutation(() => AccountDeleted, {
    description: `
      Deletes the account of another user, and ends all its sessions. restoreUser brings it back until purgeAfter; then it is
      purged. Its e-mail address and its username are free immediately. Requires the permission users:write and a recent authentication.
      Refused with:
      - NOT_FOUND: there is no such account, or it was deleted.
      - FORBIDDEN: the user has a permission that you do not have.
      - LAST_ADMIN: this is the last active administrator. Make another user an administrator first.
      - REAUTHENTICATION_REQUIRED: the last authentication is not recent. Call requestReauthentication.
    `,
  })
  deleteUser(@Arg('input', () => DeleteUserInput) input: DeleteUserInput, @Ctx() ctx: Context) {
    return deleteUser(ctx, input);
  }

  @Mutation(() => User, {
    description: `
      Restores a deleted account before it is purged. Its sessions stay ended. Requires the permission users:write.
      Refused with:
      - NOT_FOUND: there is no deleted account with this id.
      - FORBIDDEN: the user has a permission that you do not have.
      - EMAIL_TAKEN, USERNAME_TAKEN: another account has taken the e-mail address or the username since.
    `,
  })
  restoreUser(@Arg('input', () => RestoreUserInput) input: RestoreUserInput, @Ctx() ctx: Context) {
    return restoreUser(ctx, input);
  }

  @Mutation(() => UserErased, {
    description: `
      Immediately erases an account and everything that is kept about its user, even if the account was deleted before. It cannot be
      restored. The events stay in the audit log, without address, device and details. A last mail tells the user.
      Requires the permission users:erase and a recent authentication.
      Refused with:
      - NOT_FOUND: there is no such account.
      - FORBIDDEN: the user has a permission that you do not have.
      - LAST_ADMIN: this is the last active administrator. Make another user an administrator first.
      - REAUTHENTICATION_REQUIRED: the last authentication is not recent (call requestReauthentication), or it is your own account
        (call deleteAccount).
    `,
  })
  eraseUser(@Arg('input', () => EraseUserInput) input: EraseUserInput, @Ctx() ctx: Context) {
    return eraseUser(ctx, input);
  }

  @Mutation(() => LoggedOut, {
    description: `
      Ends all sessions of a user. No server accepts their tokens once this operation has answered.
      Requires the permission sessions:revoke.
      Refused with:
      - NOT_FOUND: there is no such account, or it was deleted.
      - FORBIDDEN: the user has a permission that you do not have.
    `,
  })
  endUserSessions(@Arg('input', () => EndUserSessionsInput) input: EndUserSessionsInput, @Ctx() ctx: Context) {
    return endUserSessions(ctx, input);
  }
}
