// Written by `npm run client-documents` from documents/ and schema.graphql: change those.

/** A GraphQL operation, with the types of what it takes and gives. */
export type Document<Result, Variables> = string & { readonly types?: (variables: Variables) => Result };

export type ErrorCode =
  | 'ACCOUNT_SUSPENDED'
  | 'ALREADY_VERIFIED'
  | 'API_KEY_REVOKED'
  | 'BAD_USER_INPUT'
  | 'CHALLENGE_EXPIRED'
  | 'EMAIL_TAKEN'
  | 'FACTOR_REQUIRED'
  | 'FORBIDDEN'
  | 'HOOK_REFUSED'
  | 'IDENTITY_TAKEN'
  | 'INTERNAL_SERVER_ERROR'
  | 'INVALID_CODE'
  | 'INVALID_CREDENTIALS'
  | 'INVALID_PASSKEY'
  | 'LAST_ADMIN'
  | 'LAST_FACTOR'
  | 'NOT_FOUND'
  | 'NOT_WHILE_IMPERSONATING'
  | 'PROVIDER_FAILED'
  | 'RATE_LIMITED'
  | 'REAUTHENTICATION_REQUIRED'
  | 'REDIRECT_URI_NOT_ALLOWED'
  | 'REFRESH_TOKEN_INVALID'
  | 'REFRESH_TOKEN_REUSED'
  | 'REGISTRATION_CLOSED'
  | 'ROLE_BUILT_IN'
  | 'ROLE_IN_USE'
  | 'ROLE_TAKEN'
  | 'SERVICE_UNAVAILABLE'
  | 'TOKEN_EXPIRED'
  | 'TOKEN_INVALID'
  | 'TOKEN_REVOKED'
  | 'TOO_MANY_ATTEMPTS'
  | 'UNAUTHENTICATED'
  | 'USERNAME_TAKEN'
  | 'WEAK_PASSWORD'
  | 'WEBHOOK_URL_NOT_ALLOWED';

export type ProblemCode =
  | 'BREACHED'
  | 'INVALID_FORMAT'
  | 'NOT_ALLOWED'
  | 'OUT_OF_RANGE'
  | 'PERSONAL'
  | 'REQUIRED'
  | 'TAKEN'
  | 'TOO_LONG'
  | 'TOO_SHORT'
  | 'TOO_WEAK'
  | 'UNKNOWN';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Identifies an API key. */
export type ApiKeyIdInput = {
  /** The id of the key. */
  apiKeyId: string;
};

/** How a user authenticated. The amr claim of access tokens carries it (RFC 8176). */
export type AuthenticationMethod =
  /** A one-time code that was sent by e-mail. In the amr claim: otp. */
  | 'EMAIL_CODE'
  /**
   * The link in a mail. In the amr claim: otp. Not used yet: a link carries the code of its mail, and the server cannot
   * tell a code that came by a link from a typed one. Both are EMAIL_CODE.
   */
  | 'EMAIL_LINK'
  /** An account at an identity provider. In the amr claim: what the provider reports, if a setting trusts it; otherwise nothing. */
  | 'IDENTITY_PROVIDER'
  /** A passkey. In the amr claim: user, and swk if it is synchronised, else hwk. */
  | 'PASSKEY'
  /** The password. In the amr claim: pwd. */
  | 'PASSWORD'
  /** A recovery code. In the amr claim: otp. */
  | 'RECOVERY_CODE'
  /** The code of an authenticator app. In the amr claim: otp. */
  | 'TOTP';

/** A way to answer a challenge. Later versions may add methods: ignore those that your client does not know. */
export type ChallengeMethod =
  /** A one-time code that was sent by e-mail. */
  | 'EMAIL_CODE'
  /** A passkey: pass passkeyOptions to navigator.credentials.get(). */
  | 'PASSKEY'
  /** The password: with reauthenticate, or with login for LINK_IDENTITY. */
  | 'PASSWORD'
  /** One of the recovery codes. */
  | 'RECOVERY_CODE'
  /** The code that an authenticator app shows. */
  | 'TOTP';

/** What answering a challenge does. A code for one purpose does not answer a challenge for another. */
export type ChallengePurpose =
  /** Changes the e-mail address of an account. Answer it with confirmEmailChange. */
  | 'CHANGE_EMAIL'
  /** A second factor is required, and the user has none. Enrol one with enrollTotp or startPasskeyRegistration. */
  | 'ENROLL_FACTOR'
  /**
   * Verifies that an address, or the account that has it, is the user's; links an identity to the account, and signs in. An
   * address without an account gets one.
   * Answer it with verifyOtp, with verifyPasskey, or with login and its challengeToken, depending on methods.
   */
  | 'LINK_IDENTITY'
  /** Verifies again who is signed in. Answer it with reauthenticate. */
  | 'REAUTHENTICATE'
  /** Sets a new password and signs in. Answer it with resetPassword. */
  | 'RESET_PASSWORD'
  /** Completes a sign-in with a second factor. Answer it with verifyOtp, or with verifyPasskey. */
  | 'SECOND_FACTOR'
  /** Signs in without a password, and opens the account of a new address. Answer it with verifyOtp, or with verifyPasskey. */
  | 'SIGN_IN'
  /** Verifies the e-mail address of an account and signs in. Answer it with verifyOtp. */
  | 'VERIFY_EMAIL';

/** The state of a challenge. */
export type ChallengeState =
  /** It was answered, by this client or through the link in its mail. */
  | 'ANSWERED'
  /** It can no longer be answered, or there is no such challenge. Begin again to get a new one. */
  | 'EXPIRED'
  /** It has not expired, and no answer is known. */
  | 'PENDING';

/** The current and the new password. */
export type ChangePasswordInput = {
  /** The current password of the signed-in user. May be left out after a recent authentication (REAUTHENTICATION_AGE, 5m by default). */
  currentPassword?: string | null | undefined;
  /** A new password, up to 256 characters. authSettings.passwordPolicy says what it must meet. */
  newPassword: string;
};

/** The code to check before the form asks for a new password. */
export type CheckResetCodeInput = {
  /** The challengeToken of the challenge. */
  challengeToken: string;
  /** The code from the newest mail of the challenge. It is not used up. */
  code: string;
};

/** The code that came back to the redirect URI, and the PKCE verifier. */
export type CompleteProviderSignInInput = {
  /** The code from the query. It works once, for a minute. */
  code: string;
  /** The PKCE verifier. Its codeChallenge was given when the sign-in was started. */
  codeVerifier: string;
  /** How the refresh token is delivered. BODY by default; COOKIE is for web pages. */
  tokenDelivery?: TokenDelivery | null | undefined;
};

/** The answer to a challenge of requestEmailChange. */
export type ConfirmEmailChangeInput = {
  /** The challengeToken of the challenge. */
  challengeToken: string;
  /** The one-time code from the newest mail of the challenge. Spaces and dashes in it are ignored. It works once. */
  code: string;
};

/** The confirmation that an authenticator app has the secret. */
export type ConfirmTotpInput = {
  /** The challengeToken of the enrolment. */
  challengeToken: string;
  /** The six digits that the app shows. */
  code: string;
  /** A name by which the user knows the factor: 1 to 100 characters, without control characters. By default "Authenticator app". */
  name?: string | null | undefined;
  /** When this is the last step of a sign-in: How the refresh token is delivered. BODY by default; COOKIE is for web pages. */
  tokenDelivery?: TokenDelivery | null | undefined;
};

/** A new API key. */
export type CreateApiKeyInput = {
  /** When it expires. If left out, it does not. */
  expiresAt?: string | null | undefined;
  /** A name by which the user knows the key: 1 to 100 characters, without control characters. */
  name: string;
  /**
   * What the key may do: permissions that the user has. With an empty list it can read what every signed-in user may.
   * All of them together have up to 600 characters.
   */
  permissions: Array<string>;
};

/** The confirmation that the account is to be deleted. */
export type DeleteAccountInput = {
  /** The current password of the signed-in user. May be left out after a recent authentication (REAUTHENTICATION_AGE, 5m by default). */
  password?: string | null | undefined;
};

/** Whether a user must verify their e-mail address before they can sign in. */
export type EmailVerification =
  /** Sign-in is possible before the address is verified. */
  | 'OPTIONAL'
  /** Sign-in is possible only with a verified address. */
  | 'REQUIRED';

/** The session to end. */
export type EndSessionInput = {
  /** The id of the session, as User.sessions lists it. */
  sessionId: string;
};

/** Who enrols a factor: the signed-in user, or the user of a sign-in. */
export type EnrollFactorInput = {
  /** The challengeToken of an ENROLL_FACTOR challenge of a sign-in. Without it the signed-in user enrols. */
  challengeToken?: string | null | undefined;
};

/** Identifies a factor. */
export type FactorIdInput = {
  /** The id of the factor. */
  factorId: string;
};

/** Identifies an identity. */
export type IdentityIdInput = {
  /** The id of the identity. */
  identityId: string;
};

/** The credentials of a user. */
export type LoginInput = {
  /** The challengeToken of a LINK_IDENTITY challenge whose methods include PASSWORD: the sign-in answers it and links the identity. The identifier must name its account. */
  challengeToken?: string | null | undefined;
  /** The e-mail address or the username, in upper or lower case. */
  identifier: string;
  /** The password. */
  password: string;
  /** How the refresh token is delivered. BODY by default; COOKIE is for web pages. */
  tokenDelivery?: TokenDelivery | null | undefined;
};

/** Which sessions to end. */
export type LogoutAllInput = {
  /** true: all sessions end except the one of the access token. */
  keepCurrent?: boolean | null | undefined;
};

/** The session to end. */
export type LogoutInput = {
  /**
   * A refresh token of the session to end, whichever access token the request carries.
   * Each refresh token of the session is accepted, also a used one.
   */
  refreshToken?: string | null | undefined;
};

/** The answer to a challenge of requestReauthentication: one of password, code and credential. */
export type ReauthenticateInput = {
  /** The challengeToken of the challenge. */
  challengeToken: string;
  /** The code of an authenticator app, a recovery code, or the code from the newest mail of the challenge. */
  code?: string | null | undefined;
  /** The AuthenticationResponseJSON of WebAuthn, with the method PASSKEY. */
  credential?: Record<string, unknown> | null | undefined;
  /** The password, with the method PASSWORD. */
  password?: string | null | undefined;
};

/** The refresh token to exchange. */
export type RefreshInput = {
  /**
   * The refresh token. The new one is then in the answer.
   * If left out, the refresh cookie is used, and the new refresh token is set as a cookie.
   */
  refreshToken?: string | null | undefined;
};

/** A new account. */
export type RegisterInput = {
  /** The name that is shown to people: 1 to 100 characters, without control characters. Public. */
  displayName?: string | null | undefined;
  /** The e-mail address. The code is sent to it. */
  email: string;
  /** The language of mails, a BCP 47 tag such as en or de-AT. English when it is null or not available. */
  locale?: string | null | undefined;
  /** A new password, up to 256 characters. authSettings.passwordPolicy says what it must meet. */
  password: string;
  /**
   * A unique name: 3 to 32 letters, digits, dots, dashes or underscores; the first and the last one a letter or a digit.
   * Two usernames that differ only in case are the same. Public.
   */
  username?: string | null | undefined;
};

/** A new passkey. */
export type RegisterPasskeyInput = {
  /** The challengeToken of the enrolment. */
  challengeToken: string;
  /** The RegistrationResponseJSON of WebAuthn: toJSON() of the result of navigator.credentials.create(). */
  credential: Record<string, unknown>;
  /** A name by which the user knows the factor: 1 to 100 characters, without control characters. By default the name of its provider. */
  name?: string | null | undefined;
  /** When this is the last step of a sign-in: How the refresh token is delivered. BODY by default; COOKIE is for web pages. */
  tokenDelivery?: TokenDelivery | null | undefined;
};

/** The new name of a factor. */
export type RenameFactorInput = {
  /** The id of the factor. */
  factorId: string;
  /** A name by which the user knows the factor: 1 to 100 characters, without control characters. */
  name: string;
};

/** The new e-mail address. */
export type RequestEmailChangeInput = {
  /** The new e-mail address. The code is sent to it. */
  newEmail: string;
  /** The current password of the signed-in user. May be left out after a recent authentication (REAUTHENTICATION_AGE, 5m by default). */
  password?: string | null | undefined;
};

/** The account whose password was forgotten. */
export type RequestPasswordResetInput = {
  /** The e-mail address of the account. */
  email: string;
};

/** The account to sign in to, or to open. */
export type RequestSignInCodeInput = {
  /** The e-mail address. The code is sent to it. */
  email: string;
};

/** The challenge that needs a new code. */
export type ResendOtpInput = {
  /** The challengeToken of the challenge. */
  challengeToken: string;
};

/** The answer to a challenge, with a new password. */
export type ResetPasswordInput = {
  /** The challengeToken of the challenge. */
  challengeToken: string;
  /** The one-time code from the newest mail of the challenge. Spaces and dashes in it are ignored. It works once. */
  code: string;
  /** A new password, up to 256 characters. authSettings.passwordPolicy says what it must meet. */
  newPassword: string;
  /** How the refresh token is delivered. BODY by default; COOKIE is for web pages. */
  tokenDelivery?: TokenDelivery | null | undefined;
};

/** Which users must sign in with a second factor. A role can require one too (Role.requiresSecondFactor). */
export type SecondFactorPolicy =
  /** Those who have enrolled one, and those who hold a role that requires one. */
  | 'OPTIONAL'
  /** Every user. A user who has none enrols one at the next sign-in. */
  | 'REQUIRED';

/** A way to sign in: the first factor. Later versions may add some: ignore those that your client does not know. */
export type SignInMethod =
  /** requestSignInCode. */
  | 'EMAIL_CODE'
  /** startPasskeySignIn. */
  | 'PASSKEY'
  /** login, register, requestPasswordReset and resetPassword. */
  | 'PASSWORD';

/** The sign-in with an identity provider, or the link to one, that begins. */
export type StartProviderSignInInput = {
  /** The PKCE challenge (RFC 7636, S256): base64url of the SHA-256 of a verifier that only this client has, 43 characters. */
  codeChallenge: string;
  /** The id of the provider: see authSettings.identityProviders. */
  provider: string;
  /** Where the browser returns to: one of REDIRECT_URIS, to the letter. */
  redirectUri: string;
  /** A value of the application, up to 1024 bytes. It comes back unchanged in the query. */
  state?: string | null | undefined;
};

/** How the refresh token is delivered. */
export type TokenDelivery =
  /** In the answer, as refreshToken. For clients that are not web pages. */
  | 'BODY'
  /** As an HttpOnly cookie, which scripts of a web page cannot read. refreshToken is null. */
  | 'COOKIE';

/** The change of address to undo. */
export type UndoEmailChangeInput = {
  /** The token in the link of the mail to the earlier address: {change} of MAIL_LINK_UNDO. */
  changeToken: string;
};

/** Changes of a profile. A field that is left out does not change; null clears it. */
export type UpdateProfileInput = {
  /** The name that is shown to people: 1 to 100 characters, without control characters. Public. */
  displayName?: string | null | undefined;
  /** The language of mails, a BCP 47 tag such as en or de-AT. English when it is null or not available. */
  locale?: string | null | undefined;
  /**
   * A unique name: 3 to 32 letters, digits, dots, dashes or underscores; the first and the last one a letter or a digit.
   * Two usernames that differ only in case are the same. Public.
   */
  username?: string | null | undefined;
};

/** The answer to a challenge. */
export type VerifyOtpInput = {
  /** The challengeToken of the challenge. */
  challengeToken: string;
  /**
   * The code: from the newest mail of the challenge, of the authenticator app, or a recovery code. Spaces and dashes in it are
   * ignored. It works once.
   */
  code: string;
  /** The method that the code belongs to. May be left out: the server recognises the form of the code. */
  method?: ChallengeMethod | null | undefined;
  /** How the refresh token is delivered. BODY by default; COOKIE is for web pages. */
  tokenDelivery?: TokenDelivery | null | undefined;
  /**
   * true: on this device the user is not asked for the second factor for TRUSTED_DEVICE_LIFETIME (30d by default).
   * It has an effect only in an answer to SECOND_FACTOR by a client that keeps the device cookie, and not with a recovery code.
   * The device is asked again after a sign-out everywhere, and once the password, a factor, the e-mail address or the roles change.
   */
  trustDevice?: boolean | null | undefined;
};

/** The answer to a challenge by a passkey. */
export type VerifyPasskeyInput = {
  /** The challengeToken of the challenge. */
  challengeToken: string;
  /** The AuthenticationResponseJSON of WebAuthn: toJSON() of the result of navigator.credentials.get(). */
  credential: Record<string, unknown>;
  /** How the refresh token is delivered. BODY by default; COOKIE is for web pages. */
  tokenDelivery?: TokenDelivery | null | undefined;
};

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { me: { id: string, displayName: string | null, username: string | null, email: string | null, emailVerified: boolean | null, hasPassword: boolean | null, locale: string | null, avatarUrl: string | null } | null };

export type UpdateProfileMutationVariables = Exact<{
  input: UpdateProfileInput;
}>;


export type UpdateProfileMutation = { updateProfile: { id: string, displayName: string | null, username: string | null, email: string | null, emailVerified: boolean | null, hasPassword: boolean | null, locale: string | null, avatarUrl: string | null } };

export type ChangePasswordMutationVariables = Exact<{
  input: ChangePasswordInput;
}>;


export type ChangePasswordMutation = { changePassword: { id: string, displayName: string | null, username: string | null, email: string | null, emailVerified: boolean | null, hasPassword: boolean | null, locale: string | null, avatarUrl: string | null } };

export type RequestEmailChangeMutationVariables = Exact<{
  input: RequestEmailChangeInput;
}>;


export type RequestEmailChangeMutation = { requestEmailChange: { challengeToken: string, purpose: ChallengePurpose, methods: Array<ChallengeMethod>, sentTo: string | null, codeLength: number | null, expiresAt: string, resendAfter: string | null, passkeyOptions: Record<string, unknown> | null } };

export type ConfirmEmailChangeMutationVariables = Exact<{
  input: ConfirmEmailChangeInput;
}>;


export type ConfirmEmailChangeMutation = { confirmEmailChange: { id: string, displayName: string | null, username: string | null, email: string | null, emailVerified: boolean | null, hasPassword: boolean | null, locale: string | null, avatarUrl: string | null } };

export type UndoEmailChangeMutationVariables = Exact<{
  input: UndoEmailChangeInput;
}>;


export type UndoEmailChangeMutation = { undoEmailChange: { endedSessions: number } };

export type DeleteAccountMutationVariables = Exact<{
  input: DeleteAccountInput;
}>;


export type DeleteAccountMutation = { deleteAccount: { userId: string, purgeAfter: string } };

export type RequestEmailVerificationMutationVariables = Exact<{ [key: string]: never; }>;


export type RequestEmailVerificationMutation = { requestEmailVerification: { challengeToken: string, purpose: ChallengePurpose, methods: Array<ChallengeMethod>, sentTo: string | null, codeLength: number | null, expiresAt: string, resendAfter: string | null, passkeyOptions: Record<string, unknown> | null } };

export type RequestAvatarUploadMutationVariables = Exact<{ [key: string]: never; }>;


export type RequestAvatarUploadMutation = { requestAvatarUpload: { url: string, method: string, expiresAt: string, contentTypes: Array<string>, maxBytes: number } };

export type RemoveAvatarMutationVariables = Exact<{ [key: string]: never; }>;


export type RemoveAvatarMutation = { removeAvatar: { id: string, displayName: string | null, username: string | null, email: string | null, emailVerified: boolean | null, hasPassword: boolean | null, locale: string | null, avatarUrl: string | null } };

export type ApiKeyFieldsFragment = { id: string, name: string, prefix: string, permissions: Array<string>, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, lastUsedIpAddress: string | null, revokedAt: string | null };

export type ApiKeysQueryVariables = Exact<{ [key: string]: never; }>;


export type ApiKeysQuery = { me: { apiKeys: Array<{ id: string, name: string, prefix: string, permissions: Array<string>, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, lastUsedIpAddress: string | null, revokedAt: string | null }> | null } | null };

export type CreateApiKeyMutationVariables = Exact<{
  input: CreateApiKeyInput;
}>;


export type CreateApiKeyMutation = { createApiKey: { secret: string, apiKey: { id: string, name: string, prefix: string, permissions: Array<string>, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, lastUsedIpAddress: string | null, revokedAt: string | null } } };

export type RevokeApiKeyMutationVariables = Exact<{
  input: ApiKeyIdInput;
}>;


export type RevokeApiKeyMutation = { revokeApiKey: { id: string, name: string, prefix: string, permissions: Array<string>, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, lastUsedIpAddress: string | null, revokedAt: string | null } };

export type FactorsQueryVariables = Exact<{ [key: string]: never; }>;


export type FactorsQuery = { me: { recoveryCodesLeft: number | null, factors: Array<
      | { __typename: 'Passkey', credentialId: string, backedUp: boolean, provider: string | null, id: string, name: string, createdAt: string, lastUsedAt: string | null }
      | { __typename: 'TotpFactor', id: string, name: string, createdAt: string, lastUsedAt: string | null }
    > | null } | null };

export type EnrollTotpMutationVariables = Exact<{
  input?: EnrollFactorInput | null | undefined;
}>;


export type EnrollTotpMutation = { enrollTotp: { challengeToken: string, secret: string, uri: string, qrCode: string, expiresAt: string } };

export type ConfirmTotpMutationVariables = Exact<{
  input: ConfirmTotpInput;
}>;


export type ConfirmTotpMutation = { confirmTotp: { recoveryCodes: Array<string> | null, factor:
      | { __typename: 'Passkey', credentialId: string, backedUp: boolean, provider: string | null, id: string, name: string, createdAt: string, lastUsedAt: string | null }
      | { __typename: 'TotpFactor', id: string, name: string, createdAt: string, lastUsedAt: string | null }
    , signedIn: { accessToken: string, accessTokenExpiresIn: number, refreshToken: string | null, session: { id: string, expiresAt: string }, user: { id: string, displayName: string | null, username: string | null, email: string | null, emailVerified: boolean | null, hasPassword: boolean | null, locale: string | null, avatarUrl: string | null } } | null } };

export type StartPasskeyRegistrationMutationVariables = Exact<{
  input?: EnrollFactorInput | null | undefined;
}>;


export type StartPasskeyRegistrationMutation = { startPasskeyRegistration: { challengeToken: string, options: Record<string, unknown>, expiresAt: string } };

export type RegisterPasskeyMutationVariables = Exact<{
  input: RegisterPasskeyInput;
}>;


export type RegisterPasskeyMutation = { registerPasskey: { recoveryCodes: Array<string> | null, factor:
      | { __typename: 'Passkey', credentialId: string, backedUp: boolean, provider: string | null, id: string, name: string, createdAt: string, lastUsedAt: string | null }
      | { __typename: 'TotpFactor', id: string, name: string, createdAt: string, lastUsedAt: string | null }
    , signedIn: { accessToken: string, accessTokenExpiresIn: number, refreshToken: string | null, session: { id: string, expiresAt: string }, user: { id: string, displayName: string | null, username: string | null, email: string | null, emailVerified: boolean | null, hasPassword: boolean | null, locale: string | null, avatarUrl: string | null } } | null } };

export type RenameFactorMutationVariables = Exact<{
  input: RenameFactorInput;
}>;


export type RenameFactorMutation = { renameFactor:
    | { __typename: 'Passkey', credentialId: string, backedUp: boolean, provider: string | null, id: string, name: string, createdAt: string, lastUsedAt: string | null }
    | { __typename: 'TotpFactor', id: string, name: string, createdAt: string, lastUsedAt: string | null }
   };

export type RemoveFactorMutationVariables = Exact<{
  input: FactorIdInput;
}>;


export type RemoveFactorMutation = { removeFactor: { recoveryCodesLeft: number | null, factors: Array<
      | { __typename: 'Passkey', credentialId: string, backedUp: boolean, provider: string | null, id: string, name: string, createdAt: string, lastUsedAt: string | null }
      | { __typename: 'TotpFactor', id: string, name: string, createdAt: string, lastUsedAt: string | null }
    > | null } };

export type GenerateRecoveryCodesMutationVariables = Exact<{ [key: string]: never; }>;


export type GenerateRecoveryCodesMutation = { generateRecoveryCodes: { codes: Array<string> } };

export type PersonFragment = { id: string, displayName: string | null, username: string | null, email: string | null, emailVerified: boolean | null, hasPassword: boolean | null, locale: string | null, avatarUrl: string | null };

export type TokensFragment = { accessToken: string, accessTokenExpiresIn: number, refreshToken: string | null, session: { id: string, expiresAt: string }, user: { id: string, displayName: string | null, username: string | null, email: string | null, emailVerified: boolean | null, hasPassword: boolean | null, locale: string | null, avatarUrl: string | null } };

export type ChallengeFragment = { challengeToken: string, purpose: ChallengePurpose, methods: Array<ChallengeMethod>, sentTo: string | null, codeLength: number | null, expiresAt: string, resendAfter: string | null, passkeyOptions: Record<string, unknown> | null };

type Result_ChallengeRequired_Fragment = { __typename: 'ChallengeRequired', challengeToken: string, purpose: ChallengePurpose, methods: Array<ChallengeMethod>, sentTo: string | null, codeLength: number | null, expiresAt: string, resendAfter: string | null, passkeyOptions: Record<string, unknown> | null };

type Result_SignedIn_Fragment = { __typename: 'SignedIn', accessToken: string, accessTokenExpiresIn: number, refreshToken: string | null, session: { id: string, expiresAt: string }, user: { id: string, displayName: string | null, username: string | null, email: string | null, emailVerified: boolean | null, hasPassword: boolean | null, locale: string | null, avatarUrl: string | null } };

export type ResultFragment =
  | Result_ChallengeRequired_Fragment
  | Result_SignedIn_Fragment
;

type AnyFactor_Passkey_Fragment = { __typename: 'Passkey', credentialId: string, backedUp: boolean, provider: string | null, id: string, name: string, createdAt: string, lastUsedAt: string | null };

type AnyFactor_TotpFactor_Fragment = { __typename: 'TotpFactor', id: string, name: string, createdAt: string, lastUsedAt: string | null };

export type AnyFactorFragment =
  | AnyFactor_Passkey_Fragment
  | AnyFactor_TotpFactor_Fragment
;

export type AddedFragment = { recoveryCodes: Array<string> | null, factor:
    | { __typename: 'Passkey', credentialId: string, backedUp: boolean, provider: string | null, id: string, name: string, createdAt: string, lastUsedAt: string | null }
    | { __typename: 'TotpFactor', id: string, name: string, createdAt: string, lastUsedAt: string | null }
  , signedIn: { accessToken: string, accessTokenExpiresIn: number, refreshToken: string | null, session: { id: string, expiresAt: string }, user: { id: string, displayName: string | null, username: string | null, email: string | null, emailVerified: boolean | null, hasPassword: boolean | null, locale: string | null, avatarUrl: string | null } } | null };

export type StartProviderSignInMutationVariables = Exact<{
  input: StartProviderSignInInput;
}>;


export type StartProviderSignInMutation = { startProviderSignIn: { url: string, expiresAt: string } };

export type CompleteProviderSignInMutationVariables = Exact<{
  input: CompleteProviderSignInInput;
}>;


export type CompleteProviderSignInMutation = { completeProviderSignIn:
    | { __typename: 'ChallengeRequired', challengeToken: string, purpose: ChallengePurpose, methods: Array<ChallengeMethod>, sentTo: string | null, codeLength: number | null, expiresAt: string, resendAfter: string | null, passkeyOptions: Record<string, unknown> | null }
    | { __typename: 'SignedIn', accessToken: string, accessTokenExpiresIn: number, refreshToken: string | null, session: { id: string, expiresAt: string }, user: { id: string, displayName: string | null, username: string | null, email: string | null, emailVerified: boolean | null, hasPassword: boolean | null, locale: string | null, avatarUrl: string | null } }
   };

export type LinkIdentityMutationVariables = Exact<{
  input: StartProviderSignInInput;
}>;


export type LinkIdentityMutation = { linkIdentity: { url: string, expiresAt: string } };

export type UnlinkIdentityMutationVariables = Exact<{
  input: IdentityIdInput;
}>;


export type UnlinkIdentityMutation = { unlinkIdentity: { id: string, displayName: string | null, username: string | null, email: string | null, emailVerified: boolean | null, hasPassword: boolean | null, locale: string | null, avatarUrl: string | null } };

export type IdentitiesQueryVariables = Exact<{ [key: string]: never; }>;


export type IdentitiesQuery = { me: { identities: Array<{ id: string, email: string | null, displayName: string | null, createdAt: string, lastUsedAt: string | null, provider: { id: string, name: string } }> | null } | null };

export type RefreshMutationVariables = Exact<{
  input?: RefreshInput | null | undefined;
}>;


export type RefreshMutation = { refresh: { accessToken: string, accessTokenExpiresIn: number, refreshToken: string | null, session: { id: string, expiresAt: string }, user: { id: string, displayName: string | null, username: string | null, email: string | null, emailVerified: boolean | null, hasPassword: boolean | null, locale: string | null, avatarUrl: string | null } } };

export type LogoutMutationVariables = Exact<{
  input?: LogoutInput | null | undefined;
}>;


export type LogoutMutation = { logout: { endedSessions: number } };

export type LogoutAllMutationVariables = Exact<{
  input?: LogoutAllInput | null | undefined;
}>;


export type LogoutAllMutation = { logoutAll: { endedSessions: number } };

export type EndSessionMutationVariables = Exact<{
  input: EndSessionInput;
}>;


export type EndSessionMutation = { endSession: { endedSessions: number } };

export type SessionsQueryVariables = Exact<{ [key: string]: never; }>;


export type SessionsQuery = { me: { sessions: Array<{ id: string, current: boolean, impersonated: boolean, device: string | null, ipAddress: string | null, createdAt: string, lastUsedAt: string, expiresAt: string, authenticationMethods: Array<AuthenticationMethod> }> | null } | null };

export type RequestReauthenticationMutationVariables = Exact<{ [key: string]: never; }>;


export type RequestReauthenticationMutation = { requestReauthentication: { challengeToken: string, purpose: ChallengePurpose, methods: Array<ChallengeMethod>, sentTo: string | null, codeLength: number | null, expiresAt: string, resendAfter: string | null, passkeyOptions: Record<string, unknown> | null } };

export type ReauthenticateMutationVariables = Exact<{
  input: ReauthenticateInput;
}>;


export type ReauthenticateMutation = { reauthenticate: { accessToken: string, accessTokenExpiresIn: number, refreshToken: string | null, session: { id: string, expiresAt: string }, user: { id: string, displayName: string | null, username: string | null, email: string | null, emailVerified: boolean | null, hasPassword: boolean | null, locale: string | null, avatarUrl: string | null } } };

export type ImpersonatedQueryVariables = Exact<{ [key: string]: never; }>;


export type ImpersonatedQuery = { me: { id: string, displayName: string | null, username: string | null, email: string | null, emailVerified: boolean | null, hasPassword: boolean | null, locale: string | null, avatarUrl: string | null, impersonator: { id: string, displayName: string | null, username: string | null } | null } | null };

export type AuthSettingsQueryVariables = Exact<{ [key: string]: never; }>;


export type AuthSettingsQuery = { authSettings: { registrationOpen: boolean, emailVerification: EmailVerification, signInMethods: Array<SignInMethod>, secondFactor: SecondFactorPolicy, locales: Array<string>, identityProviders: Array<{ id: string, name: string }>, passwordPolicy: { minLength: number, maxLength: number, minStrength: number } } };

export type RegisterMutationVariables = Exact<{
  input: RegisterInput;
}>;


export type RegisterMutation = { register: { challengeToken: string, purpose: ChallengePurpose, methods: Array<ChallengeMethod>, sentTo: string | null, codeLength: number | null, expiresAt: string, resendAfter: string | null, passkeyOptions: Record<string, unknown> | null } };

export type LoginMutationVariables = Exact<{
  input: LoginInput;
}>;


export type LoginMutation = { login:
    | { __typename: 'ChallengeRequired', challengeToken: string, purpose: ChallengePurpose, methods: Array<ChallengeMethod>, sentTo: string | null, codeLength: number | null, expiresAt: string, resendAfter: string | null, passkeyOptions: Record<string, unknown> | null }
    | { __typename: 'SignedIn', accessToken: string, accessTokenExpiresIn: number, refreshToken: string | null, session: { id: string, expiresAt: string }, user: { id: string, displayName: string | null, username: string | null, email: string | null, emailVerified: boolean | null, hasPassword: boolean | null, locale: string | null, avatarUrl: string | null } }
   };

export type RequestSignInCodeMutationVariables = Exact<{
  input: RequestSignInCodeInput;
}>;


export type RequestSignInCodeMutation = { requestSignInCode: { challengeToken: string, purpose: ChallengePurpose, methods: Array<ChallengeMethod>, sentTo: string | null, codeLength: number | null, expiresAt: string, resendAfter: string | null, passkeyOptions: Record<string, unknown> | null } };

export type StartPasskeySignInMutationVariables = Exact<{ [key: string]: never; }>;


export type StartPasskeySignInMutation = { startPasskeySignIn: { challengeToken: string, purpose: ChallengePurpose, methods: Array<ChallengeMethod>, sentTo: string | null, codeLength: number | null, expiresAt: string, resendAfter: string | null, passkeyOptions: Record<string, unknown> | null } };

export type VerifyOtpMutationVariables = Exact<{
  input: VerifyOtpInput;
}>;


export type VerifyOtpMutation = { verifyOtp:
    | { __typename: 'ChallengeRequired', challengeToken: string, purpose: ChallengePurpose, methods: Array<ChallengeMethod>, sentTo: string | null, codeLength: number | null, expiresAt: string, resendAfter: string | null, passkeyOptions: Record<string, unknown> | null }
    | { __typename: 'SignedIn', accessToken: string, accessTokenExpiresIn: number, refreshToken: string | null, session: { id: string, expiresAt: string }, user: { id: string, displayName: string | null, username: string | null, email: string | null, emailVerified: boolean | null, hasPassword: boolean | null, locale: string | null, avatarUrl: string | null } }
   };

export type VerifyPasskeyMutationVariables = Exact<{
  input: VerifyPasskeyInput;
}>;


export type VerifyPasskeyMutation = { verifyPasskey:
    | { __typename: 'ChallengeRequired', challengeToken: string, purpose: ChallengePurpose, methods: Array<ChallengeMethod>, sentTo: string | null, codeLength: number | null, expiresAt: string, resendAfter: string | null, passkeyOptions: Record<string, unknown> | null }
    | { __typename: 'SignedIn', accessToken: string, accessTokenExpiresIn: number, refreshToken: string | null, session: { id: string, expiresAt: string }, user: { id: string, displayName: string | null, username: string | null, email: string | null, emailVerified: boolean | null, hasPassword: boolean | null, locale: string | null, avatarUrl: string | null } }
   };

export type ResendOtpMutationVariables = Exact<{
  input: ResendOtpInput;
}>;


export type ResendOtpMutation = { resendOtp: { challengeToken: string, purpose: ChallengePurpose, methods: Array<ChallengeMethod>, sentTo: string | null, codeLength: number | null, expiresAt: string, resendAfter: string | null, passkeyOptions: Record<string, unknown> | null } };

export type RequestPasswordResetMutationVariables = Exact<{
  input: RequestPasswordResetInput;
}>;


export type RequestPasswordResetMutation = { requestPasswordReset: { challengeToken: string, purpose: ChallengePurpose, methods: Array<ChallengeMethod>, sentTo: string | null, codeLength: number | null, expiresAt: string, resendAfter: string | null, passkeyOptions: Record<string, unknown> | null } };

export type ResetPasswordMutationVariables = Exact<{
  input: ResetPasswordInput;
}>;


export type ResetPasswordMutation = { resetPassword:
    | { __typename: 'ChallengeRequired', challengeToken: string, purpose: ChallengePurpose, methods: Array<ChallengeMethod>, sentTo: string | null, codeLength: number | null, expiresAt: string, resendAfter: string | null, passkeyOptions: Record<string, unknown> | null }
    | { __typename: 'SignedIn', accessToken: string, accessTokenExpiresIn: number, refreshToken: string | null, session: { id: string, expiresAt: string }, user: { id: string, displayName: string | null, username: string | null, email: string | null, emailVerified: boolean | null, hasPassword: boolean | null, locale: string | null, avatarUrl: string | null } }
   };

export type ChallengeQueryVariables = Exact<{
  challengeToken: string;
}>;


export type ChallengeQuery = { challenge: { state: ChallengeState, purpose: ChallengePurpose, expiresAt: string } };

export type CheckResetCodeMutationVariables = Exact<{
  input: CheckResetCodeInput;
}>;


export type CheckResetCodeMutation = { checkResetCode: { state: ChallengeState, purpose: ChallengePurpose, expiresAt: string } };

const apiKeyFieldsFragment = 'fragment ApiKeyFields on ApiKey{id name prefix permissions createdAt expiresAt lastUsedAt lastUsedIpAddress revokedAt}';
const personFragment = 'fragment Person on User{id displayName username email emailVerified hasPassword locale avatarUrl}';
const tokensFragment = 'fragment Tokens on SignedIn{accessToken accessTokenExpiresIn refreshToken session{id expiresAt}user{...Person}}';
const challengeFragment = 'fragment Challenge on ChallengeRequired{challengeToken purpose methods sentTo codeLength expiresAt resendAfter passkeyOptions}';
const resultFragment = 'fragment Result on SignInResult{__typename ...Tokens ...Challenge}';
const anyFactorFragment = 'fragment AnyFactor on Factor{__typename id name createdAt lastUsedAt ...on Passkey{credentialId backedUp provider}}';
const addedFragment = 'fragment Added on FactorAdded{factor{...AnyFactor}recoveryCodes signedIn{...Tokens}}';

export const Me: Document<MeQuery, MeQueryVariables> =
  'query Me{me{...Person}}' +
  personFragment;

export const UpdateProfile: Document<UpdateProfileMutation, UpdateProfileMutationVariables> =
  'mutation UpdateProfile($input:UpdateProfileInput!){updateProfile(input:$input){...Person}}' +
  personFragment;

export const ChangePassword: Document<ChangePasswordMutation, ChangePasswordMutationVariables> =
  'mutation ChangePassword($input:ChangePasswordInput!){changePassword(input:$input){...Person}}' +
  personFragment;

export const RequestEmailChange: Document<RequestEmailChangeMutation, RequestEmailChangeMutationVariables> =
  'mutation RequestEmailChange($input:RequestEmailChangeInput!){requestEmailChange(input:$input){...Challenge}}' +
  challengeFragment;

export const ConfirmEmailChange: Document<ConfirmEmailChangeMutation, ConfirmEmailChangeMutationVariables> =
  'mutation ConfirmEmailChange($input:ConfirmEmailChangeInput!){confirmEmailChange(input:$input){...Person}}' +
  personFragment;

export const UndoEmailChange: Document<UndoEmailChangeMutation, UndoEmailChangeMutationVariables> =
  'mutation UndoEmailChange($input:UndoEmailChangeInput!){undoEmailChange(input:$input){endedSessions}}';

export const DeleteAccount: Document<DeleteAccountMutation, DeleteAccountMutationVariables> =
  'mutation DeleteAccount($input:DeleteAccountInput!){deleteAccount(input:$input){userId purgeAfter}}';

export const RequestEmailVerification: Document<RequestEmailVerificationMutation, RequestEmailVerificationMutationVariables> =
  'mutation RequestEmailVerification{requestEmailVerification{...Challenge}}' +
  challengeFragment;

export const RequestAvatarUpload: Document<RequestAvatarUploadMutation, RequestAvatarUploadMutationVariables> =
  'mutation RequestAvatarUpload{requestAvatarUpload{url method expiresAt contentTypes maxBytes}}';

export const RemoveAvatar: Document<RemoveAvatarMutation, RemoveAvatarMutationVariables> =
  'mutation RemoveAvatar{removeAvatar{...Person}}' +
  personFragment;

export const ApiKeys: Document<ApiKeysQuery, ApiKeysQueryVariables> =
  'query ApiKeys{me{apiKeys{...ApiKeyFields}}}' +
  apiKeyFieldsFragment;

export const CreateApiKey: Document<CreateApiKeyMutation, CreateApiKeyMutationVariables> =
  'mutation CreateApiKey($input:CreateApiKeyInput!){createApiKey(input:$input){secret apiKey{...ApiKeyFields}}}' +
  apiKeyFieldsFragment;

export const RevokeApiKey: Document<RevokeApiKeyMutation, RevokeApiKeyMutationVariables> =
  'mutation RevokeApiKey($input:ApiKeyIdInput!){revokeApiKey(input:$input){...ApiKeyFields}}' +
  apiKeyFieldsFragment;

export const Factors: Document<FactorsQuery, FactorsQueryVariables> =
  'query Factors{me{recoveryCodesLeft factors{...AnyFactor}}}' +
  anyFactorFragment;

export const EnrollTotp: Document<EnrollTotpMutation, EnrollTotpMutationVariables> =
  'mutation EnrollTotp($input:EnrollFactorInput){enrollTotp(input:$input){challengeToken secret uri qrCode expiresAt}}';

export const ConfirmTotp: Document<ConfirmTotpMutation, ConfirmTotpMutationVariables> =
  'mutation ConfirmTotp($input:ConfirmTotpInput!){confirmTotp(input:$input){...Added}}' +
  addedFragment +
  anyFactorFragment +
  tokensFragment +
  personFragment;

export const StartPasskeyRegistration: Document<StartPasskeyRegistrationMutation, StartPasskeyRegistrationMutationVariables> =
  'mutation StartPasskeyRegistration($input:EnrollFactorInput){startPasskeyRegistration(input:$input){challengeToken options expiresAt}}';

export const RegisterPasskey: Document<RegisterPasskeyMutation, RegisterPasskeyMutationVariables> =
  'mutation RegisterPasskey($input:RegisterPasskeyInput!){registerPasskey(input:$input){...Added}}' +
  addedFragment +
  anyFactorFragment +
  tokensFragment +
  personFragment;

export const RenameFactor: Document<RenameFactorMutation, RenameFactorMutationVariables> =
  'mutation RenameFactor($input:RenameFactorInput!){renameFactor(input:$input){...AnyFactor}}' +
  anyFactorFragment;

export const RemoveFactor: Document<RemoveFactorMutation, RemoveFactorMutationVariables> =
  'mutation RemoveFactor($input:FactorIdInput!){removeFactor(input:$input){recoveryCodesLeft factors{...AnyFactor}}}' +
  anyFactorFragment;

export const GenerateRecoveryCodes: Document<GenerateRecoveryCodesMutation, GenerateRecoveryCodesMutationVariables> =
  'mutation GenerateRecoveryCodes{generateRecoveryCodes{codes}}';

export const StartProviderSignIn: Document<StartProviderSignInMutation, StartProviderSignInMutationVariables> =
  'mutation StartProviderSignIn($input:StartProviderSignInInput!){startProviderSignIn(input:$input){url expiresAt}}';

export const CompleteProviderSignIn: Document<CompleteProviderSignInMutation, CompleteProviderSignInMutationVariables> =
  'mutation CompleteProviderSignIn($input:CompleteProviderSignInInput!){completeProviderSignIn(input:$input){...Result}}' +
  resultFragment +
  tokensFragment +
  personFragment +
  challengeFragment;

export const LinkIdentity: Document<LinkIdentityMutation, LinkIdentityMutationVariables> =
  'mutation LinkIdentity($input:StartProviderSignInInput!){linkIdentity(input:$input){url expiresAt}}';

export const UnlinkIdentity: Document<UnlinkIdentityMutation, UnlinkIdentityMutationVariables> =
  'mutation UnlinkIdentity($input:IdentityIdInput!){unlinkIdentity(input:$input){...Person}}' +
  personFragment;

export const Identities: Document<IdentitiesQuery, IdentitiesQueryVariables> =
  'query Identities{me{identities{id email displayName createdAt lastUsedAt provider{id name}}}}';

export const Refresh: Document<RefreshMutation, RefreshMutationVariables> =
  'mutation Refresh($input:RefreshInput){refresh(input:$input){...Tokens}}' +
  tokensFragment +
  personFragment;

export const Logout: Document<LogoutMutation, LogoutMutationVariables> =
  'mutation Logout($input:LogoutInput){logout(input:$input){endedSessions}}';

export const LogoutAll: Document<LogoutAllMutation, LogoutAllMutationVariables> =
  'mutation LogoutAll($input:LogoutAllInput){logoutAll(input:$input){endedSessions}}';

export const EndSession: Document<EndSessionMutation, EndSessionMutationVariables> =
  'mutation EndSession($input:EndSessionInput!){endSession(input:$input){endedSessions}}';

export const Sessions: Document<SessionsQuery, SessionsQueryVariables> =
  'query Sessions{me{sessions{id current impersonated device ipAddress createdAt lastUsedAt expiresAt authenticationMethods}}}';

export const RequestReauthentication: Document<RequestReauthenticationMutation, RequestReauthenticationMutationVariables> =
  'mutation RequestReauthentication{requestReauthentication{...Challenge}}' +
  challengeFragment;

export const Reauthenticate: Document<ReauthenticateMutation, ReauthenticateMutationVariables> =
  'mutation Reauthenticate($input:ReauthenticateInput!){reauthenticate(input:$input){...Tokens}}' +
  tokensFragment +
  personFragment;

export const Impersonated: Document<ImpersonatedQuery, ImpersonatedQueryVariables> =
  'query Impersonated{me{...Person impersonator{id displayName username}}}' +
  personFragment;

export const AuthSettings: Document<AuthSettingsQuery, AuthSettingsQueryVariables> =
  'query AuthSettings{authSettings{registrationOpen emailVerification signInMethods secondFactor locales identityProviders{id name}passwordPolicy{minLength maxLength minStrength}}}';

export const Register: Document<RegisterMutation, RegisterMutationVariables> =
  'mutation Register($input:RegisterInput!){register(input:$input){...Challenge}}' +
  challengeFragment;

export const Login: Document<LoginMutation, LoginMutationVariables> =
  'mutation Login($input:LoginInput!){login(input:$input){...Result}}' +
  resultFragment +
  tokensFragment +
  personFragment +
  challengeFragment;

export const RequestSignInCode: Document<RequestSignInCodeMutation, RequestSignInCodeMutationVariables> =
  'mutation RequestSignInCode($input:RequestSignInCodeInput!){requestSignInCode(input:$input){...Challenge}}' +
  challengeFragment;

export const StartPasskeySignIn: Document<StartPasskeySignInMutation, StartPasskeySignInMutationVariables> =
  'mutation StartPasskeySignIn{startPasskeySignIn{...Challenge}}' +
  challengeFragment;

export const VerifyOtp: Document<VerifyOtpMutation, VerifyOtpMutationVariables> =
  'mutation VerifyOtp($input:VerifyOtpInput!){verifyOtp(input:$input){...Result}}' +
  resultFragment +
  tokensFragment +
  personFragment +
  challengeFragment;

export const VerifyPasskey: Document<VerifyPasskeyMutation, VerifyPasskeyMutationVariables> =
  'mutation VerifyPasskey($input:VerifyPasskeyInput!){verifyPasskey(input:$input){...Result}}' +
  resultFragment +
  tokensFragment +
  personFragment +
  challengeFragment;

export const ResendOtp: Document<ResendOtpMutation, ResendOtpMutationVariables> =
  'mutation ResendOtp($input:ResendOtpInput!){resendOtp(input:$input){...Challenge}}' +
  challengeFragment;

export const RequestPasswordReset: Document<RequestPasswordResetMutation, RequestPasswordResetMutationVariables> =
  'mutation RequestPasswordReset($input:RequestPasswordResetInput!){requestPasswordReset(input:$input){...Challenge}}' +
  challengeFragment;

export const ResetPassword: Document<ResetPasswordMutation, ResetPasswordMutationVariables> =
  'mutation ResetPassword($input:ResetPasswordInput!){resetPassword(input:$input){...Result}}' +
  resultFragment +
  tokensFragment +
  personFragment +
  challengeFragment;

export const Challenge: Document<ChallengeQuery, ChallengeQueryVariables> =
  'query Challenge($challengeToken:String!){challenge(challengeToken:$challengeToken){state purpose expiresAt}}';

export const CheckResetCode: Document<CheckResetCodeMutation, CheckResetCodeMutationVariables> =
  'mutation CheckResetCode($input:CheckResetCodeInput!){checkResetCode(input:$input){state purpose expiresAt}}';
