import type { FieldProblem, FieldProblems } from '@sallyport/react';
import type { InputHTMLAttributes } from 'react';

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  problem?: FieldProblem | undefined;
}

export function Field({ label, problem, ...input }: FieldProps) {
  return (
    <label>
      {label} <input required aria-invalid={problem !== undefined} {...input} />
      {problem && <span>{problem.message}</span>}
    </label>
  );
}

/** What was refused, unless a field says so. */
export function Alert({ error, problems }: { error: Error | null; problems: FieldProblems }) {
  return error && Object.keys(problems).length === 0 ? <p role="alert">{error.message}</p> : null;
}

export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
