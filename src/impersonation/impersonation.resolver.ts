import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { SignedIn } from '../sessions/signed-in.js';
import { User } from '../users/user.entity.js';
import { Impersonation, impersonateUser } from './impersonate-user.js';
import { ImpersonateUserInput } from './impersonation.input.js';

@Resolver(() => SignedIn)
export class ImpersonationResolver {
  @Mutation(() => Impersonation, {
    description: `
      Issues an access token of a user, for 15 minutes at most. Its claim act names you (RFC 8693). There is no refresh token.
      The token can read what the user may read. It cannot touch credentials, factors, keys or identities, nor administer. A mail tells the user.
      It ends with your session, and when your rights change. Requires the permission users:impersonate and a recent authentication.
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is not recent. Call requestReauthentication.
      - NOT_FOUND: there is no such account, or it was deleted.
      - FORBIDDEN: the user has a permission that you do not have, whatever your role, or the user is you. Also when the user cannot
      sign in because their e-mail address is not verified.
      - ACCOUNT_SUSPENDED: the user is suspended.
      - NOT_WHILE_IMPERSONATING: you are impersonating a user already.
    `,
  })
  impersonateUser(@Arg('input', () => ImpersonateUserInput) input: ImpersonateUserInput, @Ctx() ctx: Context) {
    return impersonateUser(ctx, input);
  }

  @FieldResolver(() => User, {
    nullable: true,
    description: 'The administrator who acts as the user with this access token. Null unless one does.',
  })
  impersonator(@Ctx() ctx: Context) {
    return impersonatorOf(ctx);
  }
}

@Resolver(() => User)
export class ImpersonatedUserResolver {
  @FieldResolver(() => User, {
    nullable: true,
    description: `
      The administrator who acts as the user by the access token of this request. Null unless one does.
      Visible to the user.
    `,
  })
  impersonator(@Root() _user: User, @Ctx() ctx: Context) {
    return impersonatorOf(ctx);
  }
}

async function impersonatorOf(ctx: Context): Promise<User | null> {
  const actor = await ctx.actor();
  const id = actor.kind === 'user' ? actor.impersonatorId : null;
  return id === null ? null : ctx.loaders.userById.load(id);
}
