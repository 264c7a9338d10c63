import { z } from 'zod';
import { MAX_LENGTH } from '../passwords/normalize-password.js';
import { foldAddress, problemOfAddress } from '../platform/email-address.js';

export const NEW_PASSWORD = `A new password, up to ${MAX_LENGTH} characters. authSettings.passwordPolicy says what it must meet.`;
export const PASSWORD_AGAIN =
  'The current password of the signed-in user. May be left out after a recent authentication (REAUTHENTICATION_AGE, 5m by default).';

/** The fields that users write about themselves, for every input that takes them. The address is returned in its stored form. */
export const emailField = z
  .string()
  .refine((typed) => typed.trim() !== '', {
    error: 'This is not an e-mail address.',
    params: { problem: 'REQUIRED' },
    abort: true,
  })
  .transform((typed) => foldAddress(typed) ?? '')
  .superRefine((address, { addIssue }) => {
    const problem = problemOfAddress(address);
    if (problem) addIssue({ code: 'custom', ...problem });
  });

const USERNAME = 'A username has 3 to 32 letters, digits, dots, dashes or underscores.';

/** No @, so that an identifier is never both a username and an address. */
export const usernameField = z
  .string()
  .trim()
  .min(3, USERNAME)
  .max(32, USERNAME)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{1,30})[A-Za-z0-9]$/, USERNAME);

/**
 * The form in which usernames are compared, so that case does not matter. SQL compares it with `lower(username)`, which has the same
 * result: a database whose locale lowers letters differently is refused at start (platform/check-server.ts).
 */
export function foldUsername(username: string): string {
  return username.toLowerCase();
}

/** No control characters, no line breaks: it is printed in mails and logs. */
export const displayNameField = z
  .string()
  .trim()
  .min(1, 'A display name is not empty.')
  .max(100, 'A display name has at most 100 characters.')
  .refine((name) => !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(name), {
    error: 'A display name has no control characters.',
    params: { problem: 'NOT_ALLOWED' },
  });

export const localeField = z
  .string()
  .trim()
  .max(35, 'A locale has at most 35 characters.')
  .refine(isLanguageTag, 'A locale is a language tag such as en or de-AT.');

/** The user's id in the system they come from. */
export const externalIdField = z
  .union([z.string(), z.int()], 'An external id is a string or a whole number.')
  .transform(String)
  .pipe(
    z
      .string()
      .min(1)
      .max(255)
      .refine((id) => !/[\p{Cc}\p{Cs}]/u.test(id), 'An external id has no control characters.'),
  );

/** Longer ones are refused before they are hashed; the policy checks the rest. */
export const passwordField = z.string().refine((password) => password.length <= 1024, {
  error: `A password has at most ${MAX_LENGTH} characters.`,
  params: { problem: 'TOO_LONG', limit: MAX_LENGTH },
});

function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
