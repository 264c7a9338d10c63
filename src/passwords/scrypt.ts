import { createCipheriv, scrypt as derive, type ScryptOptions } from 'node:crypto';
import { sameBytes } from '../platform/crypto.js';
import { fromBase64, type HashFormat, MIN_DIGEST } from './hash-format.js';

const MAX_MEMORY = 256 * 1024 * 1024;
/** N·r·p, twice what OWASP recommends (N = 2^17, r = 8): about a second. */
const MAX_WORK = 2 ** 21;

const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9./+]+=*)\$([A-Za-z0-9./+]+=*)$/;
const FIREBASE =
  /^\$fbscrypt\$v=1,n=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3}),ss=([A-Za-z0-9/+]*=*),sk=([A-Za-z0-9/+]+=*)\$([A-Za-z0-9/+]+=*)\$([A-Za-z0-9/+]+=*)$/;
const BETTER_AUTH = /^([0-9a-f]{32}):([0-9a-f]{128})$/;

/** scrypt (RFC 7914) as PHC string. */
export const scrypt: HashFormat = {
  name: 'scrypt',
  prefix: /^\$scrypt\$/,
  read(stored) {
    const [matched, ln, r, p, salt = '', digest = ''] = PHC.exec(stored) ?? [];
    const cost = matched ? costOf(Number(ln), Number(r), Number(p)) : undefined;
    const key = fromBase64(digest);
    if (!cost || key.length < MIN_DIGEST || key.length > 128) return undefined;
    return async (password) => sameBytes(await inAThread(password, fromBase64(salt), key.length, cost), key);
  },
};

/**
 * Firebase's variant: scrypt derives an AES-256 key, and the stored hash is the project's signer key, encrypted with it. Written as
 * `$fbscrypt$v=1,n=<memory cost>,r=<rounds>,p=1,ss=<salt separator>,sk=<signer key>$<salt>$<hash>`, all from its export.
 */
export const firebaseScrypt: HashFormat = {
  name: 'scrypt-firebase',
  prefix: /^\$fbscrypt\$/,
  read(stored) {
    const [matched, ln, r, p, separator = '', signer = '', salt = '', digest = ''] = FIREBASE.exec(stored) ?? [];
    const cost = matched ? costOf(Number(ln), Number(r), Number(p)) : undefined;
    const [plain, expected] = [fromBase64(signer), fromBase64(digest)];
    if (!cost || expected.length < MIN_DIGEST) return undefined;
    return async (password) => {
      const salted = Buffer.concat([fromBase64(salt), fromBase64(separator)]);
      const key = await inAThread(password, salted, 32, cost);
      // The counter starts at zero: each key encrypts this one text.
      const sealed = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(plain);
      return sameBytes(sealed, expected);
    };
  },
};

/** `salt:key` of Better Auth. The salt is the hex digits themselves, not the bytes they encode; the password is in NFKC. */
export const betterAuthScrypt: HashFormat = {
  name: 'scrypt-better-auth',
  prefix: /^[0-9a-f]{32}:/,
  read(stored) {
    const [, salt = '', digest = ''] = BETTER_AUTH.exec(stored) ?? [];
    const key = Buffer.from(digest, 'hex');
    const cost = costOf(14, 16, 1);
    if (!salt || !cost) return undefined;
    return async (password) =>
      sameBytes(await inAThread(password.normalize('NFKC'), Buffer.from(salt), key.length, cost), key);
  },
};

function costOf(ln: number, r: number, p: number): ScryptOptions | undefined {
  const N = 2 ** ln;
  const memory = 128 * r * (N + p);
  if (ln < 1 || r < 1 || p < 1 || memory > MAX_MEMORY || N * r * p > MAX_WORK) return undefined;
  return { N, r, p, maxmem: 2 * MAX_MEMORY };
}

function inAThread(password: string, salt: Buffer, length: number, cost: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    derive(password, salt, length, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
