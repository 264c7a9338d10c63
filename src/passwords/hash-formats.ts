import { argon2 } from './argon2.js';
import { bcrypt, bcryptSha256 } from './bcrypt.js';
import type { Check, HashFormat } from './hash-format.js';
import { djangoPbkdf2, pbkdf2 } from './pbkdf2.js';
import { phpass } from './phpass.js';
import { firebaseScrypt, scrypt } from './scrypt.js';
import { shaCrypt } from './sha-crypt.js';
import { wordpress } from './wordpress.js';

/** Every format that can be verified; one more is one more row. */
const FORMATS: readonly HashFormat[] = [
  argon2,
  bcryptSha256,
  bcrypt,
  scrypt,
  firebaseScrypt,
  pbkdf2,
  djangoPbkdf2,
  shaCrypt,
  wordpress,
  phpass,
];

/** What an importer needs to know of a hash before it stores it. */
export type HashReading =
  | { format: string; check: Check }
  | { format: string | undefined; check: undefined; problem: 'UNKNOWN_FORMAT' | 'MALFORMED_OR_TOO_COSTLY' };

/** Finds the format of a stored hash and how to check it, without hashing anything. Never throws. */
export function readHash(stored: string): HashReading {
  // No known format is longer, and a regular expression should not meet a megabyte. PostgreSQL cannot store a NUL.
  const format =
    stored.length > 1024 || stored.includes('\0') ? undefined : FORMATS.find(({ prefix }) => prefix.test(stored));
  if (!format) return { format: undefined, check: undefined, problem: 'UNKNOWN_FORMAT' };
  const check = format.read(stored);
  if (!check) return { format: format.name, check, problem: 'MALFORMED_OR_TOO_COSTLY' };
  return { format: format.name, check };
}
