import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { ChallengeRequired } from '../challenges/challenge-required.js';
import type { Context } from '../context.js';
import { SignInResult } from '../sign-in/sign-in-result.js';
import { register } from './register.js';
import { resendOtp } from './resend-otp.js';
import { RegisterInput, ResendOtpInput, VerifyOtpInput } from './sign-up.input.js';
import { verifyOtp } from './verify-otp.js';

@Resolver()
export class SignUpResolver {
  @Mutation(() => ChallengeRequired, {
    description: `
      Registers an e-mail address, and sends a code to it. Answer the challenge with verifyOtp, which opens the account.
      The answer is the same when the address has an account already. That account does not change, and a mail to the
      address says so. Registering an address again before it is verified replaces the earlier registration.
      The username is not reserved: if another account takes it before verifyOtp, the account is opened without one.
      Before the address is verified, login takes the address and not the username.
      With EMAIL_VERIFICATION=optional the account is opened immediately.
      Refused with:
      - REGISTRATION_CLOSED: this server does not take registrations.
      - FORBIDDEN: users cannot sign in by password on this server (authSettings.signInMethods). Call requestSignInCode.
      - WEAK_PASSWORD: extensions.reason says why, and extensions.suggestions what to do.
      - USERNAME_TAKEN: another account has this username.
      - HOOK_REFUSED: a rule of the service does not allow it; extensions.explanation may say why.
    `,
  })
  register(@Arg('input', () => RegisterInput) input: RegisterInput, @Ctx() ctx: Context) {
    return register(ctx, input);
  }

  @Mutation(() => SignInResult, {
    description: `
      Answers a challenge with its one-time code. The code of a mail verifies its address, and opens the account if there is
      none yet. Then the user is signed in, or the answer is the next challenge.
      The username is null if another account has taken it since register, and after requestSignInCode.
      When a code of requestSignInCode verifies the address of an account for the first time, the password of the account is
      removed and its earlier sessions end: a stranger may have opened it. Its second factor stays, and is the next challenge.
      Refused with:
      - INVALID_CODE: the code is wrong. extensions.attemptsLeft says how many more can be tried.
      - TOO_MANY_ATTEMPTS: too many wrong codes were tried. Begin again to get a new challenge.
      - CHALLENGE_EXPIRED: the challenge is unknown, has expired or was already answered. Begin again to get a new one.
      - ACCOUNT_SUSPENDED: an administrator has suspended the account.
      - HOOK_REFUSED: a rule of the service does not allow it; extensions.explanation may say why.
    `,
  })
  verifyOtp(@Arg('input', () => VerifyOtpInput) input: VerifyOtpInput, @Ctx() ctx: Context) {
    return verifyOtp(ctx, input);
  }

  @Mutation(() => ChallengeRequired, {
    description: `
      Sends a new code for a challenge and moves its expiresAt. The earlier code stops working; wrong codes stay counted.
      Refused with:
      - RATE_LIMITED: before resendAfter, or after too many codes for one address.
      - TOO_MANY_ATTEMPTS: too many wrong codes were tried. Begin again to get a new challenge.
      - CHALLENGE_EXPIRED: the challenge is unknown, has expired or was already answered. Begin again to get a new one.
    `,
  })
  resendOtp(@Arg('input', () => ResendOtpInput) input: ResendOtpInput, @Ctx() ctx: Context) {
    return resendOtp(ctx, input);
  }
}
