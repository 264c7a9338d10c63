import { z } from 'zod';
import { displayNameField, localeField, usernameField } from '../users/user-fields.js';
import { ownWords } from './zod-messages.js';
import type { Problem } from './problem.js';

export interface OptionalFields {
  username: string | null;
  displayName: string | null;
  locale: string | null;
  createdAt: Date | null;
}

const createdAtField = z
  .union([z.string(), z.number()], 'A date is written in ISO 8601, or as milliseconds since 1970.')
  .transform((given) => new Date(given))
  .refine((date) => date.getTime() >= 0, 'A date is written in ISO 8601, or as milliseconds since 1970.');

/** An invalid optional field does not refuse the user: the field is left out, and reported. */
export function readOptionalFields(
  given: { [Field in keyof OptionalFields]?: unknown },
  now: Date,
): { fields: OptionalFields; warnings: Problem[] } {
  const warnings: Problem[] = [];
  const read = <Value>(name: keyof OptionalFields, field: z.ZodType<Value>): Value | null => {
    const value = field.nullish().safeParse(given[name], { error: ownWords });
    if (value.success) return value.data ?? null;
    warnings.push({ reason: 'LEFT_OUT', field: name, message: value.error.issues[0]?.message ?? 'Not valid.' });
    return null;
  };
  const past = createdAtField.refine((date) => date <= now, 'The date is in the future.');
  return {
    fields: {
      username: read('username', usernameField),
      displayName: read('displayName', displayNameField),
      locale: read('locale', localeField),
      createdAt: read('createdAt', past),
    },
    warnings,
  };
}
