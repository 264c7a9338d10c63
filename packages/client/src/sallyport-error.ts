import type { ChallengeMethod, ErrorCode, ProblemCode } from './documents.js';

/**
 * What went wrong. `code` says what to do: one of the gateway's, or NETWORK_ERROR (no answer came; offline, a time-out) or
 * BAD_RESPONSE (what answered was not the gateway). `isRefusal` narrows it to one code, with the extensions of that code.
 */
export class SallyportError<Code extends AnyCode = AnyCode> extends Error {
  override readonly name = 'SallyportError';
  readonly code: Code;
  /** The field of the input that is at fault, such as `input.email`. */
  readonly field: string | undefined;
  /** Seconds after which the same request can succeed. */
  readonly retryAfter: number | undefined;
  /** Everything that is wrong with the input, for a form. Empty if the gateway reported nothing. */
  readonly problems: readonly Problem[];
  /** All extensions of the gateway; with `requestId` an operator finds the request in the log. */
  readonly extensions: ExtensionsOf<Code>;

  constructor(code: Code, message: string, extensions: Record<string, unknown> = {}, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.extensions = extensions as ExtensionsOf<Code>;
    const { field, retryAfter, problems } = extensions as Partial<Common>;
    this.field = field;
    this.retryAfter = retryAfter;
    this.problems = problems ?? [];
  }
}

/** Whether it is a refusal with one of these codes: `isRefusal(error, 'INVALID_CODE') && error.extensions.attemptsLeft`. */
export function isRefusal<Code extends AnyCode>(error: unknown, ...codes: Code[]): error is SallyportError<Code> {
  return error instanceof SallyportError && codes.includes(error.code as Code);
}

/** Later versions of the gateway may add codes: treat those that you do not know as INTERNAL_SERVER_ERROR. */
export type AnyCode = ErrorCode | 'NETWORK_ERROR' | 'BAD_RESPONSE';

export interface Problem {
  field: string;
  code: ProblemCode;
  message: string;
  limit?: number;
}

interface Common {
  requestId?: string;
  field?: string;
  retryAfter?: number;
  problems?: Problem[];
}

interface OfCode {
  RATE_LIMITED: { retryAfter: number };
  INVALID_CODE: { attemptsLeft?: number };
  INVALID_PASSKEY: { attemptsLeft?: number };
  INVALID_CREDENTIALS: { attemptsLeft?: number };
  WEAK_PASSWORD: { reason: string; suggestions: string[] };
  REAUTHENTICATION_REQUIRED: { maxAge?: number; acrValues?: string[]; methods?: ChallengeMethod[] };
}

export type ExtensionsOf<Code extends AnyCode> = Common &
  (Code extends keyof OfCode ? OfCode[Code] : unknown) & { readonly [extension: string]: unknown };
