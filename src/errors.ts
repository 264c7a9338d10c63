/**
 * Every refusal a client can meet: code, public sentence, and whether the same call can succeed later.
 * Clients branch on the code, which never changes; the sentence may be reworded.
 */
export const REFUSALS = {
  UNAUTHENTICATED: refusal('Sign in first: no valid access token came with the request.', false),
  TOKEN_EXPIRED: refusal('The access token has expired. Refresh it and try again.', false),
  TOKEN_REVOKED: refusal(
    'The access token is no longer trusted: its session has ended or its rights have changed.',
    false,
  ),
  TOKEN_INVALID: refusal('The access token is not one of ours or has been changed.', false),
  FORBIDDEN: refusal('You are not allowed to do or see this.', false),
  REAUTHENTICATION_REQUIRED: refusal('Prove your identity again before doing this.', false),
  INVALID_CREDENTIALS: refusal('The identifier or the password is wrong.', false),
  INVALID_CODE: refusal('The code is wrong.', false),
  CHALLENGE_EXPIRED: refusal('The challenge has expired or was already answered. Start again.', false),
  TOO_MANY_ATTEMPTS: refusal('Too many wrong codes. Ask for a new challenge.', false),
  RATE_LIMITED: refusal('Too many attempts. Wait and try again.', true),
  ACCOUNT_SUSPENDED: refusal('This account is suspended.', false),
  REGISTRATION_CLOSED: refusal('Registration is closed.', false),
  REFRESH_TOKEN_INVALID: refusal(
    'The refresh token is unknown, expired or belongs to an ended session. Sign in again.',
    false,
  ),
  REFRESH_TOKEN_REUSED: refusal(
    'The refresh token was used before. The session has been ended to be safe; sign in again.',
    false,
  ),
  WEAK_PASSWORD: refusal('The password is too easy to guess.', false),
  EMAIL_TAKEN: refusal('This e-mail address is in use.', false),
  USERNAME_TAKEN: refusal('This username is in use.', false),
  NOT_FOUND: refusal('There is nothing by that name.', false),
  ROLE_TAKEN: refusal('A role of this name exists.', false),
  ROLE_IN_USE: refusal('Somebody holds this role.', false),
  ROLE_BUILT_IN: refusal('Built-in roles cannot be changed in this way.', false),
  LAST_ADMIN: refusal('The last administrator must remain.', false),
  BAD_USER_INPUT: refusal('The input is not valid.', false),
  SERVICE_UNAVAILABLE: refusal('The service cannot answer right now. Try again shortly.', true),
  INTERNAL_SERVER_ERROR: refusal('Something went wrong on our side. Quote the request id when you report it.', true),
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
