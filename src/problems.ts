/**
 * What can be wrong with one field of an input. A refusal of an input lists all of them in `extensions.problems`, so that a form can
 * mark each field at once. The codes never change; the sentences may.
 */
export const PROBLEMS = {
  REQUIRED: 'This must be given.',
  TOO_SHORT: 'This is too short.',
  TOO_LONG: 'This is too long.',
  INVALID_FORMAT: 'This does not have the right form.',
  NOT_ALLOWED: 'This is not allowed here.',
  TAKEN: 'Someone else has this already. Choose another one.',
  TOO_WEAK: 'The password is too easy to guess.',
  BREACHED: 'The password is known to attackers.',
  PERSONAL: 'The password can be guessed from your personal details.',
  UNKNOWN: 'There is nothing with this name.',
  OUT_OF_RANGE: 'This number is too small or too large.',
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

export interface Problem {
  /** The path of the field: `input.email`. */
  field: string;
  code: ProblemCode;
  /** A sentence for the person, without the value of any field: one of them may be a password. */
  message: string;
  /** What is allowed at least (TOO_SHORT) or at most (TOO_LONG, OUT_OF_RANGE). */
  limit?: number;
}
