import { randomBytes } from 'node:crypto';
import { readCode } from '../../challenges/one-time-code.js';
import type { Needs } from '../../context.js';
import { hmac } from '../../platform/crypto.js';

/** Crockford's base32: no I, L, O and U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 13;

/** 65 bits from the CSPRNG: too many to guess, even in a stolen table whose key was stolen too. */
export function newRecoveryCode(): string {
  return Array.from(randomBytes(LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** As it is shown: `8K2P-Q4VM-7XR1T`. */
export function printRecoveryCode(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`;
}

/** The code in what was typed, in upper or lower case, with spaces and dashes, and with letters that look like 0 and 1. */
export function readRecoveryCode(typed: string): string | null {
  const code = readCode(typed.normalize('NFKC')).toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return FORM.test(code) ? code : null;
}

const FORM = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`);

/** Bound to its user: a row that is copied to another user is useless there. No slow hash: 65 bits cannot be guessed. */
export function hashRecoveryCode({ keys }: Needs<'keys'>, userId: string, code: string): Buffer {
  return hmac(keys.secretFor('recovery-code'), userId, code);
}

/** The hashes it may be stored as: recovery codes are kept for years, and SERVER_SECRET may have been replaced meanwhile. */
export function hashesOfRecoveryCode({ keys }: Needs<'keys'>, userId: string, code: string): Buffer[] {
  return keys.secretsFor('recovery-code').map((key) => hmac(key, userId, code));
}
