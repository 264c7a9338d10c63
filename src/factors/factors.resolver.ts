import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { Factor } from '../methods/factor.js';
import { User } from '../users/user.entity.js';
import { FactorIdInput, RenameFactorInput, ResetUserFactorsInput } from './factor.input.js';
import { removeFactor } from './remove-factor.js';
import { renameFactor } from './rename-factor.js';
import { resetUserFactors } from './reset-user-factors.js';

@Resolver(() => User)
export class FactorsResolver {
  @Mutation(() => Factor, {
    description: `
      Renames a factor of the signed-in user. Requires a recent authentication (REAUTHENTICATION_AGE, 5m by default).
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is not recent. Call requestReauthentication.
      - NOT_FOUND: the user has no such factor.
    `,
  })
  renameFactor(@Arg('input', () => RenameFactorInput) input: RenameFactorInput, @Ctx() ctx: Context) {
    return renameFactor(ctx, input);
  }

  @Mutation(() => User, {
    description: `
      Removes a factor of the signed-in user; with the last one the recovery codes go. A mail tells the user.
      Requires a recent authentication (REAUTHENTICATION_AGE, 5m by default).
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is not recent. Call requestReauthentication.
      - NOT_FOUND: the user has no such factor.
      - LAST_FACTOR: a second factor is required, or the user could not sign in any more. Enrol another factor first.
    `,
  })
  removeFactor(@Arg('input', () => FactorIdInput) input: FactorIdInput, @Ctx() ctx: Context) {
    return removeFactor(ctx, input);
  }

  @Mutation(() => User, {
    description: `
      Removes every factor and all recovery codes of a user who has lost them. All their sessions and open challenges end,
      and a mail tells the user. Requires the permission users:write and a recent authentication.
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is not recent. Call requestReauthentication.
      - NOT_FOUND: there is no such account, or it was deleted.
      - FORBIDDEN: the user has a permission that you do not have.
    `,
  })
  resetUserFactors(@Arg('input', () => ResetUserFactorsInput) input: ResetUserFactorsInput, @Ctx() ctx: Context) {
    return resetUserFactors(ctx, input);
  }

  @FieldResolver(() => [Factor], {
    nullable: true,
    description: `
      The factors that the user has enrolled, oldest first: authenticator apps and passkeys.
      Visible to the user, and to callers with the permission users:read.
    `,
  })
  factors(@Root() user: User, @Ctx() { loaders }: Context) {
    return loaders.factorsOfUser.load(user.id);
  }
}
