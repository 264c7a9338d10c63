import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { ChallengeRequired } from '../challenges/challenge-required.js';
import type { Context } from '../context.js';
import { login } from './login.js';
import { requestSignInCode } from './request-sign-in-code.js';
import { LoginInput, RequestSignInCodeInput } from './sign-in.input.js';
import { SignInResult } from './sign-in-result.js';

@Resolver()
export class SignInResolver {
  @Mutation(() => SignInResult, {
    description: `
      Signs a user in with a password.
      When the e-mail address of the account must be verified first, the answer is a challenge: answer it with verifyOtp.
      Refused with:
      - INVALID_CREDENTIALS: the identifier or the password is wrong, or the account has no password.
      - CHALLENGE_EXPIRED: a challengeToken was given, and its challenge has expired, was answered, or is of another account.
      - HOOK_REFUSED: a rule of the service does not allow it; extensions.explanation may say why.
      - ACCOUNT_SUSPENDED: the password is right, and an administrator has suspended the account.
      - FORBIDDEN: users cannot sign in by password on this server (authSettings.signInMethods).
      - RATE_LIMITED: after several wrong passwords each further attempt must wait, up to ten minutes. It is not a lockout.
    `,
  })
  login(@Arg('input', () => LoginInput) input: LoginInput, @Ctx() ctx: Context) {
    return login(ctx, input);
  }

  @Mutation(() => ChallengeRequired, {
    description: `
      Sends a code with which the owner of an e-mail address signs in without a password. Answer the challenge with verifyOtp.
      The answer is the same for every address. When registration is open and the address has no account, the code opens one,
      without a password and without a username; the data of an earlier register for the address is then ignored. When
      registration is closed, or the account is suspended, no mail is sent.
      With APP_URL or APP_URLS the mail has a link to that page too, with challenge and code in the fragment (#challenge=…&code=…).
      Opening it changes nothing: pass both to verifyOtp when the user presses a button.
      Refused with:
      - FORBIDDEN: users cannot sign in by code on this server (authSettings.signInMethods).
      - RATE_LIMITED: after several codes for one address.
    `,
  })
  requestSignInCode(@Arg('input', () => RequestSignInCodeInput) input: RequestSignInCodeInput, @Ctx() ctx: Context) {
    return requestSignInCode(ctx, input);
  }
}
