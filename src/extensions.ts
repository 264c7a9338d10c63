import type { Problem } from './problems.js';

/** What a refusal can carry in `errors[].extensions` beside its code. `errors.ts` says which code carries which. */
export const EXTENSIONS = {
  retryAfter: extension<number>('Int', 'Seconds after which the same call can succeed; also the header `Retry-After`.'),
  limit: extension<string>(
    'String',
    'The name of the limit that refused, as docs/limits.md lists it: `resendOtp.account`.',
  ),
  asked: extension<number>('Int', 'How much was requested, if a limit of requests refuses and has counted it.'),
  allowed: extension<number>('Int', 'How much is allowed, if a limit of requests refuses.'),
  field: extension<string>('String', 'The first invalid field, as a path: `input.email`.'),
  problems: extension<readonly Problem[]>(
    '[{ field, code, message, limit? }]',
    'Everything that is wrong with the input: the field, a `ProblemCode`, a message, and what is allowed.',
  ),
  attemptsLeft: extension<number>('Int', 'How many more wrong answers the challenge allows.'),
  reason: extension<'TOO_SHORT' | 'TOO_LONG' | 'PERSONAL' | 'BREACHED' | 'GUESSABLE'>(
    'TOO_SHORT, TOO_LONG, PERSONAL, BREACHED or GUESSABLE',
    'The rule of the password policy that is violated.',
  ),
  explanation: extension<string>(
    'String',
    'A message from the service for the user, up to 200 characters in its own language. Show it as text, never as HTML.',
  ),
  suggestions: extension<readonly string[]>('[String]', 'Advice for the user on a better password.'),
  minStrength: extension<number>('Int', 'The required zxcvbn score, 0 to 4.'),
  score: extension<number>('Int', 'The zxcvbn score of the password, if it was estimated.'),
  minLength: extension<number>('Int', 'The required length, if the password is too short.'),
  permission: extension<string>('String', 'The permission that is missing.'),
  role: extension<string>('String', 'The role that the user must hold.'),
  signInMethod: extension<string>('SignInMethod', 'The way to sign in that this server does not offer.'),
  maxAge: extension<number>('Int', 'Seconds: how recent the authentication must be (RFC 9470, max_age).'),
  acrValues: extension<readonly string[]>('[String]', 'One of these is required (RFC 9470, acr_values).'),
  methods: extension<readonly string[]>('[ChallengeMethod]', 'The methods with which the user can authenticate again.'),
};

export type ExtensionName = keyof typeof EXTENSIONS;
export type ExtensionValue<Name extends ExtensionName> = NonNullable<(typeof EXTENSIONS)[Name]['value']>;

interface Extension<Value> {
  /** As docs/errors.md names it. */
  type: string;
  meaning: string;
  /** For the compiler alone. */
  value?: Value;
}

function extension<Value>(type: string, meaning: string): Extension<Value> {
  return { type, meaning };
}
