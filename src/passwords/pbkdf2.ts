import { pbkdf2 as derive } from 'node:crypto';
import { promisify } from 'node:util';
import { sameBytes } from '../platform/crypto.js';
import { type Check, fromBase64, type HashFormat, MIN_DIGEST } from './hash-format.js';

/** Iterations times output blocks: about two seconds of SHA-256. Django 6 writes 1,200,000. */
const MOST_BLOCKS = 4_000_000;
const BLOCK: Record<string, number> = { sha1: 20, sha256: 32, sha512: 64 };

const PHC =
  /^\$pbkdf2(?:-(sha1|sha256|sha512))?\$(?:i=)?(\d{1,9})(?:,l=\d+)?\$([A-Za-z0-9./+]+=*)\$([A-Za-z0-9./+]+=*)$/;
const DJANGO = /^pbkdf2_(sha1|sha256|sha512)\$(\d{1,9})\$([^$]+)\$([A-Za-z0-9/+]+=*)$/;

/** PBKDF2 (RFC 8018) as PHC string and in Passlib's older spelling of it. */
export const pbkdf2: HashFormat = {
  name: 'pbkdf2',
  prefix: /^\$pbkdf2[-$]/,
  read(stored) {
    const [matched, digest = 'sha1', iterations, salt = '', key = ''] = PHC.exec(stored) ?? [];
    return matched ? checkFor(digest, Number(iterations), fromBase64(salt), fromBase64(key)) : undefined;
  },
};

/** Django's, whose salt is text. */
export const djangoPbkdf2: HashFormat = {
  name: 'pbkdf2-django',
  prefix: /^pbkdf2_sha/,
  read(stored) {
    const [matched, digest = '', iterations, salt = '', key = ''] = DJANGO.exec(stored) ?? [];
    return matched ? checkFor(digest, Number(iterations), Buffer.from(salt, 'utf8'), fromBase64(key)) : undefined;
  },
};

const inAThread = promisify(derive);

function checkFor(digest: string, iterations: number, salt: Buffer, key: Buffer): Check | undefined {
  const blocks = Math.ceil(key.length / (BLOCK[digest] ?? 1));
  if (iterations < 1 || key.length < MIN_DIGEST || iterations * blocks > MOST_BLOCKS) return undefined;
  return async (password) => sameBytes(await inAThread(password, salt, iterations, key.length, digest), key);
}
