import type { ExtensionName, ExtensionValue } from './extensions.js';
import type { Problem, ProblemCode } from './problems.js';

/**
 * Every refusal a client can get: code, public sentence, extensions, and whether the same call can succeed later. docs/errors.md
 * is printed from here.
 * Clients branch on the code, which never changes; the sentence may be reworded.
 */
export const REFUSALS = {
  UNAUTHENTICATED: refusal(
    'The request carries no access token. Sign in, and send the access token in the Authorization header.',
    { status: 401 },
  ),
  TOKEN_EXPIRED: refusal('The access token has expired. Refresh the session and repeat the request.', { status: 401 }),
  TOKEN_REVOKED: refusal(
    'The access token is no longer accepted: its session has ended, or the rights of its user have changed. ' +
      'Refresh the session; if that is refused, sign in again.',
    { status: 401 },
  ),
  TOKEN_INVALID: refusal(
    'The access token was not issued by this server for this audience, or it was altered. Sign in again.',
    { status: 401 },
  ),
  API_KEY_REVOKED: refusal(
    'The API key is no longer accepted: it was revoked or has expired, or its user may not sign in. Create another one.',
    { status: 401 },
  ),
  FORBIDDEN: refusal('You do not have the permission to do or see this. Ask an administrator for it.', {
    status: 403,
    may: ['permission', 'role', 'signInMethod'],
  }),
  NOT_WHILE_IMPERSONATING: refusal(
    'You act as another user, and cannot do this in their name. Do it as yourself, or ask the user to do it.',
    { status: 403 },
  ),
  REAUTHENTICATION_REQUIRED: refusal(
    'This operation needs a recent authentication. Call requestReauthentication and reauthenticate, then repeat it with the new access token.',
    { status: 401, may: ['maxAge', 'acrValues', 'methods', 'field'] },
  ),
  INVALID_CREDENTIALS: refusal('The identifier or the password is wrong. Check both and try again.', {
    may: ['field', 'attemptsLeft'],
  }),
  INVALID_CODE: refusal(
    'The code is wrong or was already used. Use the code from the newest mail, or the one that the app shows now. Each works once: if it was used, wait for the next.',
    {
      may: ['attemptsLeft'],
    },
  ),
  INVALID_PASSKEY: refusal('The passkey was not accepted. Try again, or sign in in another way.', {
    may: ['attemptsLeft'],
  }),
  CHALLENGE_EXPIRED: refusal(
    'The challenge is unknown, has expired or was already answered. Begin again to get a new one.',
  ),
  TOO_MANY_ATTEMPTS: refusal('Too many wrong codes were tried. Begin again to get a new challenge.'),
  RATE_LIMITED: refusal('There were too many attempts. Wait a little and try again.', {
    status: 429,
    retryable: true,
    always: ['retryAfter'],
    may: ['limit'],
  }),
  ACCOUNT_SUSPENDED: refusal('This account is suspended. Ask an administrator to reinstate it.'),
  HOOK_REFUSED: refusal('A rule of this service does not allow this.', {
    may: ['explanation'],
  }),
  REGISTRATION_CLOSED: refusal('This server does not take registrations. Ask an administrator for an account.'),
  REFRESH_TOKEN_INVALID: refusal('The refresh token is unknown or expired, or its session has ended. Sign in again.'),
  REFRESH_TOKEN_REUSED: refusal(
    'The refresh token was used before. It may be stolen, and its session was ended. Sign in again.',
  ),
  WEAK_PASSWORD: refusal('The password is too easy to guess. Choose another one.', {
    always: ['reason', 'suggestions', 'minStrength', 'field', 'problems'],
    may: ['score', 'minLength'],
  }),
  ALREADY_VERIFIED: refusal('The e-mail address of this account is verified already. There is nothing to do.'),
  EMAIL_TAKEN: refusal('Another account has this e-mail address. Use another address.', {
    always: ['field'],
    problem: 'TAKEN',
  }),
  USERNAME_TAKEN: refusal('Another account has this username. Choose another one.', {
    always: ['field'],
    problem: 'TAKEN',
  }),
  NOT_FOUND: refusal('No such object exists. Check the id or the name.', {
    status: 404,
    may: ['field'],
    problem: 'UNKNOWN',
  }),
  ROLE_TAKEN: refusal('A role of this name exists. Choose another name, or update that role.', {
    always: ['field'],
    problem: 'TAKEN',
  }),
  ROLE_IN_USE: refusal('Users hold this role. Take it from them before you delete it.', {
    always: ['field'],
    problem: 'NOT_ALLOWED',
  }),
  ROLE_BUILT_IN: refusal('This role is built in and cannot be changed in this way. Use a role of your own.', {
    always: ['field'],
    problem: 'NOT_ALLOWED',
  }),
  LAST_ADMIN: refusal('This is the last active administrator. Make another user an administrator first.'),
  LAST_FACTOR: refusal(
    'This factor cannot be removed: a second factor is required, or the account would have no way to sign in. Enrol another one first.',
  ),
  FACTOR_REQUIRED: refusal('You have no second factor. Enrol one first.'),
  BAD_USER_INPUT: refusal('The input is not valid. Correct the field that the error names.', {
    may: ['field', 'problems', 'limit', 'asked', 'allowed'],
  }),
  PROVIDER_FAILED: refusal('The identity provider did not say who you are. Try again, or sign in in another way.'),
  IDENTITY_TAKEN: refusal(
    'This account at the identity provider signs in another user. Sign in with it, and unlink it there first.',
  ),
  REDIRECT_URI_NOT_ALLOWED: refusal(
    'The redirect URI is not one of REDIRECT_URIS. Add it to that setting, and send it exactly as it is written there.',
    { always: ['field'], problem: 'NOT_ALLOWED' },
  ),
  WEBHOOK_URL_NOT_ALLOWED: refusal(
    'Events cannot be sent to this URL. It must be https, without a password, and lead to a public address or to one of WEBHOOK_NETWORKS.',
    { always: ['field'], problem: 'NOT_ALLOWED' },
  ),
  SERVICE_UNAVAILABLE: refusal('The service cannot answer at the moment. Try again shortly.', {
    status: 503,
    retryable: true,
    may: ['retryAfter'],
  }),
  INTERNAL_SERVER_ERROR: refusal(
    'An unexpected error occurred. Try again; if it persists, report it with its requestId.',
    { status: 500, retryable: true },
  ),
} as const;

export type ErrorCode = keyof typeof REFUSALS;

/** What `new Refusal` accepts with any code. */
interface RefusalOptions {
  /** Replaces the public sentence if more can be said, in English: never with secrets or another user's data. */
  message?: string;
  /** For the operator's log only. */
  detail?: string | undefined;
  /** The id of the user concerned, for the audit log only. */
  subject?: string | null | undefined;
  cause?: unknown;
  /** The HTTP status outside of GraphQL, if it differs from that of the code. */
  status?: number | undefined;
}

type Carried<Code extends ErrorCode> = Code extends ErrorCode
  ? { [Name in (typeof REFUSALS)[Code]['always'][number]]: ExtensionValue<Name> } & {
      [Name in (typeof REFUSALS)[Code]['may'][number]]?: ExtensionValue<Name> | undefined;
    }
  : never;

type Given<Code extends ErrorCode> = RefusalOptions & Carried<Code>;

class TypedRefusal extends Error {
  readonly code: ErrorCode;
  readonly extensions: { [Name in ExtensionName]?: ExtensionValue<Name> };
  readonly detail: string | undefined;
  readonly subject: string | undefined;
  readonly status: number;

  constructor(code: ErrorCode, { message, detail, subject, cause, status, ...extensions }: RefusalOptions = {}) {
    super(message ?? REFUSALS[code].message, { cause });
    this.name = 'Refusal';
    this.code = code;
    this.detail = detail;
    this.subject = subject ?? undefined;
    this.status = status ?? REFUSALS[code].status;
    const given = Object.fromEntries(Object.entries(extensions).filter(([, value]) => value !== undefined));
    this.extensions = withProblem(code, given);
  }
}

/** An expected "no". The client gets code, sentence and extensions; the operator also gets `detail`. */
export type Refusal = TypedRefusal;

/** Each code accepts the extensions that its row names, and no others. */
export const Refusal = TypedRefusal as unknown as {
  readonly prototype: TypedRefusal;
  new <Code extends ErrorCode>(
    code: Code,
    ...options: {} extends Carried<Code> ? [options?: Given<Code>] : [options: Given<Code>]
  ): TypedRefusal;
};

/** BAD_USER_INPUT, for what is wrong with the fields of an input. */
export function badInput(first: Problem, ...others: Problem[]): Refusal {
  const { field, message } = first;
  return new Refusal('BAD_USER_INPUT', { field, message, problems: [first, ...others] });
}

/** A refusal that names a field also lists it in `problems`, where forms look. */
function withProblem(code: ErrorCode, extensions: Refusal['extensions']): Refusal['extensions'] {
  const { field } = extensions;
  const { problem, message } = REFUSALS[code];
  return field && problem ? { ...extensions, problems: [{ field, code: problem, message }] } : extensions;
}

interface Facts<Always extends ExtensionName, May extends ExtensionName> {
  /** The HTTP status outside of GraphQL: of a route, or of a page behind a mail link. */
  status?: number;
  /** Whether the same call can succeed later. */
  retryable?: boolean;
  /** What is wrong with the field it names: with a field it carries `problems` too. */
  problem?: ProblemCode;
  /** The extensions it always carries; `may`: those it carries if they apply. */
  always?: readonly Always[];
  may?: readonly May[];
}

function refusal<const Always extends ExtensionName = never, const May extends ExtensionName = never>(
  message: string,
  { status = 400, retryable = false, problem, always = [], may = [] }: Facts<Always, May> = {},
) {
  return { message, status, retryable, problem, always, may };
}
