import { randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { sha256 } from '../platform/crypto.js';

const MARK = 'sp_live_';
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 32;
const CHECKSUM_LENGTH = 6;
/** The mark and four digits: enough for telling a person's keys apart, and nothing of a secret of 190 bits. */
const PREFIX_LENGTH = MARK.length + 4;
const FORM = new RegExp(`^${MARK}([${DIGITS}]{${RANDOM_LENGTH}})([${DIGITS}]{${CHECKSUM_LENGTH}})$`);

/** A new secret. Its mark and its checksum let scanners of repositories and logs recognise it: docs/api-keys.md. */
export function newApiKeySecret(): string {
  const random = Array.from({ length: RANDOM_LENGTH }, () => DIGITS[randomInt(DIGITS.length)]).join('');
  return MARK + random + checksumOf(random);
}

/** Whether it has the form of an API key, checksum included. What has not costs no query. */
export function isApiKeySecret(text: string): boolean {
  const [, random, checksum] = FORM.exec(text) ?? [];
  return random !== undefined && checksum === checksumOf(random);
}

export function prefixOf(secret: string): string {
  return secret.slice(0, PREFIX_LENGTH);
}

export function hashOfApiKey(secret: string): Buffer {
  return sha256(secret);
}

/** The CRC-32 in base 62. Six digits hold each of its 32 bits. */
function checksumOf(random: string): string {
  let rest = crc32(random);
  let digits = '';
  for (let place = 0; place < CHECKSUM_LENGTH; place++) {
    digits = `${DIGITS[rest % DIGITS.length]}${digits}`;
    rest = Math.floor(rest / DIGITS.length);
  }
  return digits;
}
