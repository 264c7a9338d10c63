import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { ChallengeRequired } from '../challenges/challenge-required.js';
import type { Context } from '../context.js';
import { SignInResult } from '../sign-in/sign-in-result.js';
import { RequestPasswordResetInput, ResetPasswordInput } from './recovery.input.js';
import { requestPasswordReset } from './request-password-reset.js';
import { resetPassword } from './reset-password.js';

@Resolver()
export class RecoveryResolver {
  @Mutation(() => ChallengeRequired, {
    description: 'Sends a code that sets a new password. The answer is the same whether or not the address is known.',
  })
  requestPasswordReset(
    @Arg('input', () => RequestPasswordResetInput) input: RequestPasswordResetInput,
    @Ctx() ctx: Context,
  ) {
    return requestPasswordReset(ctx, input);
  }

  @Mutation(() => SignInResult, {
    description: 'Answers requestPasswordReset by its code: sets the password, ends every session and signs in.',
  })
  resetPassword(@Arg('input', () => ResetPasswordInput) input: ResetPasswordInput, @Ctx() ctx: Context) {
    return resetPassword(ctx, input);
  }
}
