import { z } from 'zod';
import { Refusal } from '../../errors.js';

/**
 * Judges an input by the `shape` its class carries and writes back what that made of it (trimmed, lower case).
 * Names the fields at fault and never repeats their values: one of them may be a password.
 */
export function validateInput(value: unknown, type: unknown): void {
  const shape = (type as { shape?: unknown } | undefined)?.shape;
  if (!(shape instanceof z.ZodObject) || typeof value !== 'object' || value === null) return;
  const result = shape.safeParse(value);
  if (result.success) {
    Object.assign(value, result.data);
    return;
  }
  const problems = result.error.issues.map(({ path, message }) => ({ field: ['input', ...path].join('.'), message }));
  throw new Refusal('BAD_USER_INPUT', { ...problems[0], problems });
}
