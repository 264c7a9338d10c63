export type GuardErrorCode =
  | 'UNAUTHENTICATED'
  | 'TOKEN_INVALID'
  | 'TOKEN_EXPIRED'
  | 'TOKEN_REVOKED'
  | 'FORBIDDEN'
  | 'REAUTHENTICATION_REQUIRED'
  | 'SERVICE_UNAVAILABLE';

const MESSAGES: Record<GuardErrorCode, string> = {
  UNAUTHENTICATED: 'Sign in first.',
  TOKEN_INVALID: 'The access token is not valid.',
  TOKEN_EXPIRED: 'The access token has expired. Refresh it.',
  TOKEN_REVOKED: 'The access token has been revoked. Refresh it, or sign in again.',
  FORBIDDEN: 'You are not allowed to do this.',
  REAUTHENTICATION_REQUIRED: 'Authenticate again.',
  SERVICE_UNAVAILABLE: 'It cannot be said at the moment whether the access token is still valid. Try again.',
};

const STATUS: Partial<Record<GuardErrorCode, number>> = { FORBIDDEN: 403, SERVICE_UNAVAILABLE: 503 };

/** Why a request is refused: with the codes of the gateway, a status, and the header that RFC 6750 and RFC 9470 ask for. */
export class GuardError extends Error {
  override name = 'GuardError';
  readonly status: number;
  /** The same, by the name under which Fastify and Mercurius look for it. */
  readonly statusCode: number;
  /** `www-authenticate`; none if another token would not help. */
  readonly headers: Record<string, string>;
  /** For `extensions` of a GraphQL error. */
  readonly extensions: { code: GuardErrorCode } & Record<string, unknown>;

  constructor(
    readonly code: GuardErrorCode,
    details: { challenge?: Record<string, string>; extensions?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(MESSAGES[code], 'cause' in details ? { cause: details.cause } : undefined);
    this.status = this.statusCode = STATUS[code] ?? 401;
    this.extensions = { code, ...details.extensions };
    const challenge = details.challenge ?? (code.startsWith('TOKEN_') ? { error: 'invalid_token' } : {});
    const parameters = Object.entries(challenge).map(([name, value]) => `${name}="${value}"`);
    this.headers =
      code === 'SERVICE_UNAVAILABLE'
        ? {}
        : { 'www-authenticate': ['Bearer', parameters.join(', ')].filter(Boolean).join(' ') };
  }
}
