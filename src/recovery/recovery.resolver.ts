import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { ChallengeRequired } from '../challenges/challenge-required.js';
import { ChallengeStatus } from '../challenges/challenge-status.js';
import type { Context } from '../context.js';
import { SignInResult } from '../sign-in/sign-in-result.js';
import { checkResetCode } from './check-reset-code.js';
import { CheckResetCodeInput, RequestPasswordResetInput, ResetPasswordInput } from './recovery.input.js';
import { requestPasswordReset } from './request-password-reset.js';
import { resetPassword } from './reset-password.js';

@Resolver()
export class RecoveryResolver {
  @Mutation(() => ChallengeRequired, {
    description: `
      Sends a code to an e-mail address with which its user can set a new password. Answer the challenge with resetPassword.
      The answer is the same when the address has no account, or its account is suspended: then no mail is sent.
      An account without a password gets its first one in this way.
      Refused with FORBIDDEN when users cannot sign in by password on this server (authSettings.signInMethods).
    `,
  })
  requestPasswordReset(
    @Arg('input', () => RequestPasswordResetInput) input: RequestPasswordResetInput,
    @Ctx() ctx: Context,
  ) {
    return requestPasswordReset(ctx, input);
  }

  @Mutation(() => ChallengeStatus, {
    description: `
      Checks the code of a challenge of requestPasswordReset, for a form that asks for the new password in a second step. The right code
      is not used up: pass it to resetPassword. A wrong code costs a try, as it does there.
      Refused with:
      - INVALID_CODE: the code is wrong. extensions.attemptsLeft says how many more can be tried.
      - TOO_MANY_ATTEMPTS: too many wrong codes were tried. Call requestPasswordReset again.
      - CHALLENGE_EXPIRED: the challenge is unknown, has expired or was already answered. Call requestPasswordReset again.
      - FORBIDDEN: users cannot sign in by password on this server (authSettings.signInMethods).
    `,
  })
  checkResetCode(@Arg('input', () => CheckResetCodeInput) input: CheckResetCodeInput, @Ctx() ctx: Context) {
    return checkResetCode(ctx, input);
  }

  @Mutation(() => SignInResult, {
    description: `
      Answers a challenge of requestPasswordReset: sets a new password, ends all sessions of the user and signs them in.
      It also verifies the e-mail address; where a second factor is asked for, once that is given.
      Refused with:
      - WEAK_PASSWORD: extensions.reason says why. The code is not used up: call again with another password.
      - INVALID_CODE: the code is wrong. extensions.attemptsLeft says how many more can be tried.
      - TOO_MANY_ATTEMPTS: too many wrong codes were tried. Call requestPasswordReset again.
      - CHALLENGE_EXPIRED: the challenge is unknown, has expired or was already answered. Call requestPasswordReset again.
      - FORBIDDEN: users cannot sign in by password on this server (authSettings.signInMethods).
      - ACCOUNT_SUSPENDED: an administrator has suspended the account.
    `,
  })
  resetPassword(@Arg('input', () => ResetPasswordInput) input: ResetPasswordInput, @Ctx() ctx: Context) {
    return resetPassword(ctx, input);
  }
}
