import { randomInt, type KeyObject } from 'node:crypto';
import { hmac } from '../platform/crypto.js';

/** Digits from the CSPRNG; seven of them are 23 bit, of which five guesses may be tried. */
export function newCode(length: number): string {
  return randomInt(10 ** length)
    .toString()
    .padStart(length, '0');
}

/** Keyed by the server, so that a stolen table does not give the codes; bound to its challenge, so that none answers another. */
export function hashCode(key: KeyObject, challengeId: string, code: string): Buffer {
  return hmac(key, challengeId, code);
}
