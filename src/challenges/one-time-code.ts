import { randomBytes, randomInt } from 'node:crypto';
import { testCodeOf } from '../config/test-addresses.js';
import type { Needs } from '../context.js';
import type { SecretNeeds } from '../keys/keys.js';
import { hmac, sameBytes } from '../platform/crypto.js';
import type { Challenge } from './challenge.entity.js';

/**
 * Digits from the CSPRNG; seven of them are 23 bit, of which five guesses may be tried. Addresses in TEST_ADDRESSES have a fixed code.
 */
export function newCode({ config: { otpLength, testAddresses } }: Needs<'config'>, mailedTo: string | null): string {
  const known = mailedTo === null ? undefined : testCodeOf(testAddresses, mailedTo);
  return known ?? `${randomInt(10 ** otpLength)}`.padStart(otpLength, '0');
}

/** For an invitation, which lives for days and so must not be guessable: 128 bit, in a link and never typed. */
export function newLongCode(): string {
  return randomBytes(16).toString('hex');
}

/** Whether it has the form of `newLongCode`; digits never do. */
export function isLongCode(code: string): boolean {
  return /^[0-9a-f]{32}$/.test(code);
}

/**
 * The code in what a user typed or pasted: in the digits of any script, in groups, with dashes of any kind, and with the invisible
 * characters that mails and right-to-left text contain.
 */
export function readCode(typed: string): string {
  return typed.replace(BETWEEN_DIGITS, '').replace(/\p{Nd}/gu, asciiDigit);
}

/**
 * Whether it has the form of a code. Anything else is no guess, and costs no attempt. The same for all challenges: it must not reveal what
 * kind of code was sent.
 */
export function isCode(code: string, length: number): boolean {
  return (code.length === length && /^\d+$/.test(code)) || isLongCode(code);
}

/** Spaces, invisible characters, dashes, and what is typed as one: the minus sign, the hyphen bullet, the Japanese long-vowel mark. */
const BETWEEN_DIGITS = /[\s\p{Cf}\p{Default_Ignorable_Code_Point}\p{Pd}\u2212\u2043\u30fc]/gu;

/** Unicode has the decimal digits of each script in a row, from 0 to 9, and some rows directly follow each other. */
function asciiDigit(digit: string): string {
  const point = digit.codePointAt(0) ?? 0;
  let row = point;
  while (/\p{Nd}/u.test(String.fromCodePoint(row - 1))) row -= 1;
  return String((point - row) % 10);
}

/**
 * Keyed by the server, so that a stolen table does not reveal the codes; bound to its challenge, so that it answers no other. Each purpose
 * has a key of its own, so that a code for one is never valid for another, even if a query forgets to check.
 */
export function hashCode(
  { keys }: SecretNeeds,
  { id, purpose }: Pick<Challenge, 'id' | 'purpose'>,
  code: string,
): Buffer {
  // Invitations use the key that all codes once had: those already sent live for days.
  const key = isLongCode(code) ? keys.secretFor('one-time-code') : keys.secretFor(`one-time-code/${purpose}`);
  return hmac(key, id, code);
}

/** Whether it is the code of the challenge, which may be from before SERVER_SECRET was replaced. */
export function isCodeOf(
  { keys }: SecretNeeds,
  { id, purpose, codeHash }: Pick<Challenge, 'id' | 'purpose' | 'codeHash'>,
  code: string,
): boolean {
  const candidates = keys.secretsFor(isLongCode(code) ? 'one-time-code' : `one-time-code/${purpose}`);
  return candidates.some((key) => sameBytes(codeHash, hmac(key, id, code)));
}
