/**
 * Every refusal a client can meet: code, public sentence, and whether the same call can succeed later.
 * Clients branch on the code, which never changes; the sentence may be reworded.
 */
export const REFUSALS = {
  UNAUTHENTICATED: refusal(
    'The request carries no access token. Sign in, and send the access token in the Authorization header.',
    false,
  ),
  TOKEN_EXPIRED: refusal('The access token has expired. Refresh the session and repeat the request.', false),
  TOKEN_REVOKED: refusal(
    'The access token is no longer accepted: its session has ended, or the rights of its user have changed. ' +
      'Refresh the session; if that is refused, sign in again.',
    false,
  ),
  TOKEN_INVALID: refusal(
    'The access token was not issued by this server for this audience, or it was altered. Sign in again.',
    false,
  ),
  FORBIDDEN: refusal('You do not have the permission to do or see this. Ask an administrator for it.', false),
  REAUTHENTICATION_REQUIRED: refusal(
    'This operation needs a recent authentication. Call requestReauthentication and reauthenticate, then repeat it with the new access token.',
    false,
  ),
  INVALID_CREDENTIALS: refusal('The identifier or the password is wrong. Check both and try again.', false),
  INVALID_CODE: refusal(
    'The code is wrong. Use the code from the newest mail, or the one that the app shows now.',
    false,
  ),
  INVALID_PASSKEY: refusal('The passkey was not accepted. Try again, or sign in in another way.', false),
  CHALLENGE_EXPIRED: refusal(
    'The challenge is unknown, has expired or was already answered. Begin again to get a new one.',
    false,
  ),
  TOO_MANY_ATTEMPTS: refusal('Too many wrong codes were tried. Begin again to get a new challenge.', false),
  RATE_LIMITED: refusal('There were too many attempts. Try again after the number of seconds in retryAfter.', true),
  ACCOUNT_SUSPENDED: refusal('This account is suspended. Ask an administrator to reinstate it.', false),
  REGISTRATION_CLOSED: refusal('This server does not take registrations. Ask an administrator for an account.', false),
  REFRESH_TOKEN_INVALID: refusal(
    'The refresh token is unknown or expired, or its session has ended. Sign in again.',
    false,
  ),
  REFRESH_TOKEN_REUSED: refusal(
    'The refresh token was used before. It may be stolen, and its session was ended. Sign in again.',
    false,
  ),
  WEAK_PASSWORD: refusal('The password is too easy to guess. Choose another one.', false),
  EMAIL_TAKEN: refusal('Another account has this e-mail address. Use another address.', false),
  USERNAME_TAKEN: refusal('Another account has this username. Choose another one.', false),
  NOT_FOUND: refusal('No such object exists. Check the id or the name.', false),
  ROLE_TAKEN: refusal('A role of this name exists. Choose another name, or update that role.', false),
  ROLE_IN_USE: refusal('Users hold this role. Take it from them before you delete it.', false),
  ROLE_BUILT_IN: refusal('This role is built in and cannot be changed in this way. Use a role of your own.', false),
  LAST_ADMIN: refusal('This is the last active administrator. Make another user an administrator first.', false),
  LAST_FACTOR: refusal(
    'This factor cannot be removed: a second factor is required, or the account would have no way to sign in. Enrol another one first.',
    false,
  ),
  FACTOR_REQUIRED: refusal('You have no second factor. Enrol one first.', false),
  BAD_USER_INPUT: refusal('The input is not valid. Correct the field that the error names.', false),
  PROVIDER_FAILED: refusal(
    'The identity provider did not say who you are. Try again, or sign in in another way.',
    false,
  ),
  IDENTITY_TAKEN: refusal(
    'This account at the identity provider signs in another user. Sign in with it, and unlink it there first.',
    false,
  ),
  REDIRECT_URI_NOT_ALLOWED: refusal(
    'The redirect URI is none of REDIRECT_URIS. Add it to that setting, and send it exactly as it is written there.',
    false,
  ),
  SERVICE_UNAVAILABLE: refusal('The service cannot answer at the moment. Try again shortly.', true),
  INTERNAL_SERVER_ERROR: refusal(
    'An unexpected error occurred. Try again; if it persists, report it with its requestId.',
    true,
  ),
} as const;

export type ErrorCode = keyof typeof REFUSALS;

export interface RefusalOptions {
  /** Seconds after which the same call can succeed; also sent as `Retry-After`. */
  retryAfter?: number;
  /** The input field that is at fault, as a path: `input.email`. */
  field?: string;
  /** A sentence that replaces the public one where more can be said: never with secrets or another's data. */
  message?: string;
  /** For the operator's log only. */
  detail?: string | undefined;
  /** Whom it happened to, for the audit log only: a user id. */
  subject?: string | null | undefined;
  cause?: unknown;
  /** Further `extensions` of the GraphQL error. */
  [extension: string]: unknown;
}

/** An expected "no". The client hears code, sentence and extensions; the operator also reads `detail`. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly extensions: Record<string, unknown>;
  readonly detail: string | undefined;
  readonly subject: string | undefined;

  constructor(code: ErrorCode, { message, detail, subject, cause, ...extensions }: RefusalOptions = {}) {
    super(message ?? REFUSALS[code].message, { cause });
    this.name = 'Refusal';
    this.code = code;
    this.detail = detail;
    this.subject = subject ?? undefined;
    this.extensions = Object.fromEntries(Object.entries(extensions).filter(([, value]) => value !== undefined));
  }
}

function refusal(message: string, retryable: boolean) {
  return { message, retryable };
}
