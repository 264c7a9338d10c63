import { type KeyObject, randomBytes, randomInt } from 'node:crypto';
import { hmac } from '../platform/crypto.js';

/** Digits from the CSPRNG; seven of them are 23 bit, of which five guesses may be tried. */
export function newCode(length: number): string {
  return randomInt(10 ** length)
    .toString()
    .padStart(length, '0');
}

/** Of an invitation, which lives for days and so must not be guessed: 128 bit, by a link and never typed. */
export function newLongCode(): string {
  return randomBytes(16).toString('hex');
}

/** Whether it is of the form of `newLongCode`; digits never are. */
export function isLongCode(code: string): boolean {
  return /^[0-9a-f]{32}$/.test(code);
}

/** Keyed by the server, so that a stolen table does not give the codes; bound to its challenge, so that none answers another. */
export function hashCode(key: KeyObject, challengeId: string, code: string): Buffer {
  return hmac(key, challengeId, code);
}
