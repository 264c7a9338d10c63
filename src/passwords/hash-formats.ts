import { argon2 } from './argon2.js';
import { bcrypt, bcryptSha256 } from './bcrypt.js';
import type { Check, HashFormat } from './hash-format.js';
import { md5Crypt } from './md5-crypt.js';
import { djangoPbkdf2, pbkdf2 } from './pbkdf2.js';
import { drupal, phpass } from './phpass.js';
import { keyedDigest, saltedDigest } from './salted-digest.js';
import { betterAuthScrypt, firebaseScrypt, scrypt } from './scrypt.js';
import { shaCrypt } from './sha-crypt.js';
import { wordpress } from './wordpress.js';

/** Every format that can be verified, a row each. */
const FORMATS: readonly HashFormat[] = [
  argon2,
  bcryptSha256,
  bcrypt,
  scrypt,
  firebaseScrypt,
  betterAuthScrypt,
  pbkdf2,
  djangoPbkdf2,
  shaCrypt,
  wordpress,
  phpass,
  drupal,
  md5Crypt,
  saltedDigest,
  keyedDigest,
];

interface HashReading {
  /** Undefined if it resembles no format. */
  format: string | undefined;
  /** Also undefined if it is malformed, or would cost too much. */
  check: Check | undefined;
}

/** Finds the format of a stored hash and how to check it, without hashing anything. Never throws. */
export function readHash(stored: string): HashReading {
  // No known format is longer, and no regular expression should run on a megabyte. PostgreSQL cannot store a NUL.
  const format =
    stored.length > 1024 || stored.includes('\0') ? undefined : FORMATS.find(({ prefix }) => prefix.test(stored));
  return { format: format?.name, check: format?.read(stored) };
}
