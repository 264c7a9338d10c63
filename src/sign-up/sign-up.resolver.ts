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
    description: 'Open an account. The answer is the same whether or not the address was known.',
  })
  register(@Arg('input', () => RegisterInput) input: RegisterInput, @Ctx() ctx: Context) {
    return register(ctx, input);
  }

  @Mutation(() => SignInResult, { description: 'Answer a challenge with its one-time code.' })
  verifyOtp(@Arg('input', () => VerifyOtpInput) input: VerifyOtpInput, @Ctx() ctx: Context) {
    return verifyOtp(ctx, input);
  }

  @Mutation(() => ChallengeRequired, {
    description: "Send the challenge's code again (a new code; the old one dies). Cooled down and counted.",
  })
  resendOtp(@Arg('input', () => ResendOtpInput) input: ResendOtpInput, @Ctx() ctx: Context) {
    return resendOtp(ctx, input);
  }
}
