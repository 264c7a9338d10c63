import { pbkdf2 as derive } from 'node:crypto';
import { promisify } from 'node:util';
import { sameBytes } from '../platform/crypto.js';
import { type Check, fromBase64, type HashFormat, MIN_DIGEST } from './hash-format.js';

/** About a second with SHA-1 and SHA-256, two to three with SHA-512. Keycloak writes up to 1,300,000, Django 6 1,200,000. */
const MAX_ITERATIONS = 4_000_000;
/** Bytes of the digest, which are the first block of a key. */
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
  if (iterations < 1 || iterations > MAX_ITERATIONS || key.length < MIN_DIGEST) return undefined;
  // Each block of a key is computed separately, at full cost. An attacker computes only the first, whose 160 bits or more are conclusive:
  // all 64 bytes of Keycloak's SHA-1 would cost the server four times what they cost a thief.
  const first = key.subarray(0, BLOCK[digest]);
  return async (password) => sameBytes(await inAThread(password, salt, iterations, first.length, digest), first);
}
