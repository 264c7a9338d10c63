import { z } from 'zod';
import { badInput } from '../../errors.js';
import { noteProblems } from '../../platform/form.js';
import type { Problem, ProblemCode } from '../../problems.js';

/** The static members of an input's class. */
interface InputClass {
  shape?: unknown;
  /** The operation validates more than the form, and reports all problems at once (platform/form.ts). */
  form?: boolean;
}

/**
 * Validates an input by the `shape` of its class and writes the result back (trimmed, lower case). Names the fields at fault and never
 * repeats their values: one of them may be a password.
 */
export function validateInput(value: unknown, type: unknown): void {
  const { shape, form } = (type ?? {}) as InputClass;
  if (!(shape instanceof z.ZodObject) || typeof value !== 'object' || value === null) return;
  const result = shape.safeParse(value);
  if (result.success) {
    Object.assign(value, result.data);
    return;
  }
  const [first, ...others] = problemsOf(result.error);
  if (!first) return;
  if (!form) throw badInput(first, ...others);
  for (const [key, field] of Object.entries<z.ZodType>(shape.shape)) {
    const read = field.safeParse((value as Record<string, unknown>)[key]);
    if (read.success && key in value) Object.assign(value, { [key]: read.data });
  }
  noteProblems(value, NAME, [first, ...others]);
}

/** All mutations call their one argument so. */
const NAME = 'input';

/** Each item of a list of thousands may be wrong: a few kilobytes must not get an answer many times as long. */
const MAX_PROBLEMS = 20;

/** The first of each field. */
function problemsOf({ issues }: z.ZodError): Problem[] {
  const byField = new Map<string, Problem>();
  for (const issue of issues) {
    const field = [NAME, ...issue.path].join('.');
    if (!byField.has(field)) byField.set(field, { field, ...kindOf(issue), message: issue.message });
  }
  return [...byField.values()].slice(0, MAX_PROBLEMS);
}

function kindOf(issue: z.core.$ZodIssue): Pick<Problem, 'code' | 'limit'> {
  if (issue.code === 'too_big') return { code: 'TOO_LONG', limit: Number(issue.maximum) };
  if (issue.code === 'too_small')
    return issue.minimum === 1 ? { code: 'REQUIRED' } : { code: 'TOO_SHORT', limit: Number(issue.minimum) };
  const { problem = 'INVALID_FORMAT', limit } = ((issue.code === 'custom' && issue.params) || {}) as ProblemParams;
  return { code: problem, ...(limit !== undefined && { limit }) };
}

/** The `params` of a refinement whose problem is not INVALID_FORMAT. */
interface ProblemParams {
  problem?: ProblemCode;
  limit?: number;
}
