import { SallyportError } from '@sallyport/client';

/** What is wrong with one field of a form. */
export interface FieldProblem {
  field: string;
  code: string;
  message: string;
  limit?: number;
}

/** By the name of the field: `problems.email`. */
export type FieldProblems = Readonly<Record<string, FieldProblem | undefined>>;

const NONE: FieldProblems = {};

/** What a refusal says about the fields of the input: all of them, or the one that it names. */
export function problemsOf(error: unknown): FieldProblems {
  if (!(error instanceof SallyportError)) return NONE;
  const { field, code, message } = error;
  const problems = error.problems.length > 0 ? error.problems : field ? [{ field, code, message }] : [];
  const first: Record<string, FieldProblem> = {};
  for (const problem of problems) first[problem.field.replace(/^input\./, '')] ??= problem;
  return first;
}
