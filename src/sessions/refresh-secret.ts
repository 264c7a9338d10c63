import type { KeyObject } from 'node:crypto';
import { hmac, randomToken, sha256 } from '../platform/crypto.js';
import { isId, newUnorderedId } from '../platform/ids.js';

/** The parts of a refresh token, `<id>.<secret>`; the secret is 256 bit, base64url. */
export interface RefreshSecret {
  id: string;
  secret: string;
}

export function newRefreshSecret(): RefreshSecret {
  return { id: newUnorderedId(), secret: randomToken(32) };
}

/**
 * The successor's secret is derived from the previous token's, so that the chain can be walked forward from any of its tokens, and no
 * secret is stored. Because of the server's key, no one who knows an earlier token can derive it.
 */
export function successorOf(key: KeyObject, before: RefreshSecret, id: string): RefreshSecret {
  return { id, secret: hmac(key, before.id, before.secret).toString('base64url') };
}

export function printRefreshToken({ id, secret }: RefreshSecret): string {
  return `${id}.${secret}`;
}

/** Null for anything that cannot be one of ours, so that garbage never reaches the database. */
export function parseRefreshToken(token: string): RefreshSecret | null {
  const [id, secret, ...rest] = token.length <= 100 ? token.split('.') : [];
  return id && secret && rest.length === 0 && isId(id) && /^[\w-]{43}$/.test(secret) ? { id, secret } : null;
}

/** The stored hash. 256 random bits need no slow hash. */
export function hashOf({ secret }: Pick<RefreshSecret, 'secret'>): Buffer {
  return sha256(secret);
}
