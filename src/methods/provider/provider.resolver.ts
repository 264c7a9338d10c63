import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../../context.js';
import { SignInResult } from '../../sign-in/sign-in-result.js';
import { User } from '../../users/user.entity.js';
import { completeProviderSignIn } from './complete-provider-sign-in.js';
import { linkIdentity } from './link-identity.js';
import { CompleteProviderSignInInput, IdentityIdInput, StartProviderSignInInput } from './provider.input.js';
import { ProviderRedirect } from './provider-redirect.js';
import { startProviderSignIn } from './start-provider-sign-in.js';
import { unlinkIdentity } from './unlink-identity.js';

@Resolver()
export class ProviderResolver {
  @Mutation(() => ProviderRedirect, {
    description: `
      Begins a sign-in with an identity provider. Send the browser, or the system browser of an app, to the url. It comes back to
      redirectUri with \`code\`, or with \`error\`: access_denied, temporarily_unavailable or server_error; and with \`state\` as it was given.
      Pass the code and the PKCE verifier to completeProviderSignIn.
      Refused with:
      - NOT_FOUND: there is no such provider (authSettings.identityProviders).
      - REDIRECT_URI_NOT_ALLOWED: redirectUri is not one of REDIRECT_URIS.
    `,
  })
  startProviderSignIn(
    @Arg('input', () => StartProviderSignInInput) input: StartProviderSignInInput,
    @Ctx() ctx: Context,
  ) {
    return startProviderSignIn(ctx, input);
  }

  @Mutation(() => SignInResult, {
    description: `
      Exchanges the code that came back to the redirect URI. It works once, within a minute, and only with the PKCE verifier of the client
      that started. A code that is sent with another verifier is not used up.
      The answer is a session or a challenge: SECOND_FACTOR or ENROLL_FACTOR as in every sign-in, or LINK_IDENTITY if it must first be
      verified that the address, or its account, is the user's.
      After linkIdentity it links instead: it requires the access token of the session that began the link, and returns a new access token
      of that session; refreshToken is null.
      Refused with:
      - CHALLENGE_EXPIRED: the code is unknown, expired or used, the verifier does not match it, or the link was begun in another session.
      - PROVIDER_FAILED: the provider sent no e-mail address, and no account is linked yet.
      - REGISTRATION_CLOSED: the address, for which the provider is trusted, has no account, and this server takes no registrations.
      - IDENTITY_TAKEN: the identity signs in another user.
      - ACCOUNT_SUSPENDED: an administrator has suspended the account.
    `,
  })
  completeProviderSignIn(
    @Arg('input', () => CompleteProviderSignInInput) input: CompleteProviderSignInInput,
    @Ctx() ctx: Context,
  ) {
    return completeProviderSignIn(ctx, input);
  }

  @Mutation(() => ProviderRedirect, {
    description: `
      Begins to link an account at an identity provider, which then signs the user in. It continues like startProviderSignIn, but
      completeProviderSignIn links instead of signing in. A mail tells the user. Linking one that is linked already changes nothing.
      Requires a recent authentication (REAUTHENTICATION_AGE, 5m by default).
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is not recent. Call requestReauthentication.
      - NOT_FOUND: there is no such provider (authSettings.identityProviders).
      - REDIRECT_URI_NOT_ALLOWED: redirectUri is not one of REDIRECT_URIS.
    `,
  })
  linkIdentity(@Arg('input', () => StartProviderSignInInput) input: StartProviderSignInInput, @Ctx() ctx: Context) {
    return linkIdentity(ctx, input);
  }

  @Mutation(() => User, {
    description: `
      Removes an identity of the signed-in user: it no longer signs them in. A mail tells the user.
      Requires a recent authentication (REAUTHENTICATION_AGE, 5m by default).
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is not recent. Call requestReauthentication.
      - NOT_FOUND: the user has no such identity.
      - LAST_FACTOR: nothing else could sign the user in. Set a password, or add a passkey or another identity first.
    `,
  })
  unlinkIdentity(@Arg('input', () => IdentityIdInput) input: IdentityIdInput, @Ctx() ctx: Context) {
    return unlinkIdentity(ctx, input);
  }
}
