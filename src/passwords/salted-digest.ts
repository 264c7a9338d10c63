import { createHmac, hash } from 'node:crypto';
import { sameBytes } from '../platform/crypto.js';
import { fromBase64, type HashFormat } from './hash-format.js';

/** Bytes of each digest. */
const LENGTHS: Record<string, number> = { md5: 16, sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 };
const BASE64 = '([A-Za-z0-9+/]+=*)';
const SALTED = new RegExp(String.raw`^\$(md5|sha1|sha256|sha512)\$pf=${BASE64}\$${BASE64}\$${BASE64}$`);
const KEYED = new RegExp(String.raw`^\$hmac-(md5|sha1|sha224|sha256|sha384|sha512)\$${BASE64}\$${BASE64}$`);

/**
 * One digest of password and salt, in the spelling of Ory Kratos; `pf` says how the two are joined: `{SALT}{PASSWORD}`. Computed on the
 * event loop, since a single digest takes microseconds.
 */
export const saltedDigest: HashFormat = {
  name: 'salted-digest',
  prefix: /^\$(md5|sha1|sha256|sha512)\$/,
  read(stored) {
    const [, algorithm = '', format = '', salt = '', digest = ''] = SALTED.exec(stored) ?? [];
    const [pieces, expected] = [piecesOf(fromBase64(format).toString()), fromBase64(digest)];
    // Without the password in it every password would match; without the salt one table of digests would open all accounts.
    if (!pieces.includes('{PASSWORD}') || !pieces.includes('{SALT}')) return undefined;
    if (expected.length !== LENGTHS[algorithm]) return undefined;
    return async (password) => {
      const filled: Record<string, Buffer> = {
        '{SALT}': fromBase64(salt),
        '{PASSWORD}': Buffer.from(password, 'utf8'),
      };
      const text = Buffer.concat(pieces.map((piece) => filled[piece] ?? Buffer.from(piece, 'utf8')));
      return sameBytes(hash(algorithm, text, 'buffer'), expected);
    };
  },
};

/** `$hmac-sha256$<digest in hex, in base64>$<key in base64>`, as Ory Kratos imports them. */
export const keyedDigest: HashFormat = {
  name: 'hmac',
  prefix: /^\$hmac-/,
  read(stored) {
    const [, algorithm = '', digest = '', key = ''] = KEYED.exec(stored) ?? [];
    const expected = Buffer.from(fromBase64(digest).toString(), 'hex');
    if (!algorithm || expected.length !== LENGTHS[algorithm]) return undefined;
    return async (password) =>
      sameBytes(createHmac(algorithm, fromBase64(key)).update(password, 'utf8').digest(), expected);
  },
};

function piecesOf(format: string): string[] {
  return format.split(/(\{SALT\}|\{PASSWORD\})/);
}
