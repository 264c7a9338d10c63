import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { ChallengeRequired } from '../../challenges/challenge-required.js';
import type { Context } from '../../context.js';
import { RegisterPasskeyInput, VerifyPasskeyInput } from './passkey.input.js';
import { PasskeyRegistration } from './passkey-registration.js';
import { registerPasskey } from './register-passkey.js';
import { startPasskeyRegistration } from './start-passkey-registration.js';
import { EnrollFactorInput } from '../../factors/enroll-factor.input.js';
import { FactorAdded } from '../../factors/factor-added.js';
import { SignInResult } from '../../sign-in/sign-in-result.js';
import { startPasskeySignIn } from './start-passkey-sign-in.js';
import { verifyPasskey } from './verify-passkey.js';

@Resolver()
export class PasskeyResolver {
  @Mutation(() => ChallengeRequired, {
    description: `
      Begins a sign-in with a passkey, for the autofill of a page or for a button. It needs no identifier: the user chooses the
      passkey. Answer the challenge with verifyPasskey within five minutes.
      Refused with:
      - FORBIDDEN: users cannot sign in by passkey on this server (authSettings.signInMethods).
    `,
  })
  startPasskeySignIn(@Ctx() ctx: Context) {
    return startPasskeySignIn(ctx);
  }

  @Mutation(() => SignInResult, {
    description: `
      Answers a challenge whose methods include PASSKEY, and signs the user in.
      Refused with:
      - INVALID_PASSKEY: the passkey is unknown or its answer is not right. extensions.attemptsLeft says how many more can be tried.
      - TOO_MANY_ATTEMPTS: too many wrong answers were tried. Begin again to get a new challenge.
      - CHALLENGE_EXPIRED: the challenge is unknown, has expired or was already answered. Begin again to get a new one.
      - ACCOUNT_SUSPENDED: an administrator has suspended the account.
    `,
  })
  verifyPasskey(@Arg('input', () => VerifyPasskeyInput) input: VerifyPasskeyInput, @Ctx() ctx: Context) {
    return verifyPasskey(ctx, input);
  }

  @Mutation(() => PasskeyRegistration, {
    description: `
      Begins to register a passkey. Nothing changes until registerPasskey gets the credential, within five minutes.
      Requires a recent authentication (REAUTHENTICATION_AGE, 5m by default), or the challengeToken of an ENROLL_FACTOR challenge.
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is not recent. Call requestReauthentication.
      - CHALLENGE_EXPIRED: the challenge is unknown, has expired or was already answered. Sign in again.
    `,
  })
  startPasskeyRegistration(
    @Arg('input', () => EnrollFactorInput, { nullable: true }) input: EnrollFactorInput | null,
    @Ctx() ctx: Context,
  ) {
    return startPasskeyRegistration(ctx, input ?? {});
  }

  @Mutation(() => FactorAdded, {
    description: `
      Registers a passkey: from now on the user can sign in with it, and it is a second factor too. A mail tells the user.
      Requires the session that called startPasskeyRegistration. If it was called during a sign-in, this completes it and the user is signed in.
      The first factor comes with ten recovery codes, which are shown once.
      Refused with:
      - INVALID_PASSKEY: the credential is not right, or it is registered already.
      - TOO_MANY_ATTEMPTS: too many wrong credentials were tried. Call startPasskeyRegistration again.
      - CHALLENGE_EXPIRED: the registration is unknown, has expired or was already completed. Call startPasskeyRegistration again.
      - BAD_USER_INPUT: the user has the maximum number of passkeys.
    `,
  })
  registerPasskey(@Arg('input', () => RegisterPasskeyInput) input: RegisterPasskeyInput, @Ctx() ctx: Context) {
    return registerPasskey(ctx, input);
  }
}
