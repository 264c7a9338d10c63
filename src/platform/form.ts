import { badInput, Refusal } from '../errors.js';
import type { Problem } from '../problems.js';

/** A check of a field beyond its form: by the password policy, or against other users' values. */
export interface Check {
  /** The path: `input.password`. Skipped if its form is wrong. */
  field: string;
  /** Throws a refusal that names the problem. */
  assert(): Promise<void>;
}

/**
 * Reports everything wrong with the input in one refusal: the problems of form noted before the operation, and those that the checks find.
 * A single problem found by a check keeps the code of its refusal, such as USERNAME_TAKEN; otherwise the code is BAD_USER_INPUT. Call it
 * after the limits: the checks cost time, and some reveal other users' values.
 */
export async function validateForm(input: object, checks: readonly Check[]): Promise<void> {
  const noted = NOTED.get(input) ?? [];
  const found: Refusal[] = [];
  for (const { field, assert } of checks) {
    if (noted.some((problem) => problem.field === field)) continue;
    try {
      await assert();
    } catch (error) {
      if (!(error instanceof Refusal) || !error.extensions.problems) throw error;
      found.push(error);
    }
  }
  const [only] = found;
  if (only && found.length === 1 && noted.length === 0) throw only;
  const [first, ...others] = [...noted, ...found.flatMap(({ extensions }) => extensions.problems ?? [])];
  if (first) throw badInput(first, ...others);
}

/**
 * Stores the problems for `validateForm`, which the operation calls. Reading a field with a wrong form throws: an operation that forgets
 * the call is still refused with BAD_USER_INPUT.
 */
export function noteProblems(input: object, name: string, problems: readonly Problem[]): void {
  NOTED.set(input, problems);
  for (const problem of problems) {
    const [, key = ''] = problem.field.slice(name.length).split('.');
    const get = () => {
      throw badInput(problem);
    };
    Object.defineProperty(input, key, { get, enumerable: false, configurable: true });
  }
}

/** The fields of the input with a valid form. */
export function readable<Input extends object>(input: Input): Partial<Input> {
  return { ...input };
}

const NOTED = new WeakMap<object, readonly Problem[]>();
