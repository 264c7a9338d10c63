import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../context.js';
import { login } from './login.js';
import { LoginInput } from './sign-in.input.js';
import { SignInResult } from './sign-in-result.js';

@Resolver()
export class SignInResolver {
  @Mutation(() => SignInResult, {
    description: `
      Signs a user in with a password.
      When the e-mail address of the account must be verified first, the answer is a challenge: answer it with verifyOtp.
      Refused with:
      - INVALID_CREDENTIALS: the identifier or the password is wrong, or the account has no password.
      - ACCOUNT_SUSPENDED: the password is right, and an administrator has suspended the account.
      - RATE_LIMITED: after several wrong passwords each further attempt must wait, up to ten minutes. It is not a lockout.
    `,
  })
  login(@Arg('input', () => LoginInput) input: LoginInput, @Ctx() ctx: Context) {
    return login(ctx, input);
  }
}
