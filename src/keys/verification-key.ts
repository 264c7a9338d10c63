import { createHash, generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Algorithm } from '../config/key-settings.js';

export interface VerificationKey {
  kid: string;
  algorithm: Algorithm;
  publicKey: KeyObject;
  /** Public members only, as published at /.well-known/jwks.json (RFC 7517). */
  jwk: Record<string, string>;
}

export interface SigningKey extends VerificationKey {
  privateKey: KeyObject;
}

/**
 * The algorithm follows from the key alone: RSA of at least 2048 bit means RS256, P-256 means ES256. Null for every other key.
 */
export function verificationKeyOf(publicKey: KeyObject): VerificationKey | null {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey;
  // Some other types, such as DSA, cannot be exported at all.
  const ours = type === 'rsa' || details?.namedCurve === 'prime256v1';
  const {
    e = '',
    n = '',
    x = '',
    y = '',
  } = ours ? (publicKey.export({ format: 'jwk' }) as Record<string, string>) : {};
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= 2048) return published('RS256', { e, kty: 'RSA', n });
  if (type === 'ec' && details?.namedCurve === 'prime256v1') {
    return published('ES256', { crv: 'P-256', kty: 'EC', x, y });
  }
  return null;

  function published(algorithm: Algorithm, members: Record<string, string>): VerificationKey {
    // RFC 7638: SHA-256 over the required members in lexicographic order.
    const kid = createHash('sha256').update(JSON.stringify(members)).digest('base64url');
    return { kid, algorithm, publicKey, jwk: { ...members, kid, use: 'sig', alg: algorithm } };
  }
}

/** Generates a key with its kid, off the event loop: RSA takes a good part of a second. */
export async function generateSigningKey(algorithm: Algorithm): Promise<SigningKey> {
  const { privateKey, publicKey } = await (algorithm === 'RS256' ? generate('rsa', RSA) : generate('ec', EC));
  const key = verificationKeyOf(publicKey);
  if (!key) throw new Error('a key that cannot sign was generated');
  return { ...key, privateKey };
}

export function generateSigningPair({ rsa = false } = {}): Record<'publicKey' | 'privateKey', KeyObject> {
  return rsa ? generateKeyPairSync('rsa', RSA) : generateKeyPairSync('ec', EC);
}

const generate = promisify(generateKeyPair);
const RSA = { modulusLength: 3072 };
const EC = { namedCurve: 'P-256' };
