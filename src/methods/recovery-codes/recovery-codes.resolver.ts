import { Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../../context.js';
import { User } from '../../users/user.entity.js';
import { generateRecoveryCodes } from './generate-recovery-codes.js';
import { RecoveryCodes } from './recovery-codes.js';

@Resolver(() => User)
export class RecoveryCodesResolver {
  @Mutation(() => RecoveryCodes, {
    description: `
      Makes ten new recovery codes for the signed-in user. The earlier ones stop working, and a mail tells the user.
      Requires a recent authentication (REAUTHENTICATION_AGE, 5m by default).
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is not recent. Call requestReauthentication.
      - FACTOR_REQUIRED: the user has no factor. The first one comes with recovery codes.
    `,
  })
  generateRecoveryCodes(@Ctx() ctx: Context) {
    return generateRecoveryCodes(ctx);
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: 'The number of recovery codes that can still be used. Visible only to the user.',
  })
  recoveryCodesLeft(@Root() user: User, @Ctx() { loaders }: Context) {
    return loaders.recoveryCodesLeft.load(user.id);
  }
}
