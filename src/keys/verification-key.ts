import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Algorithm } from 'jsonwebtoken';

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
 * The algorithm follows the key and nothing else: RSA of at least 2048 bit gives RS256, P-256 gives ES256. Null for every other key.
 */
export function verificationKeyOf(publicKey: KeyObject): VerificationKey | null {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey;
  // Of others, such as DSA, some cannot be exported at all.
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

/** ES256, with its kid. */
export function generateSigningKey(): SigningKey {
  const { privateKey, publicKey } = generateSigningPair();
  const key = verificationKeyOf(publicKey);
  if (!key) throw new Error('the key that was generated is not on P-256');
  return { ...key, privateKey };
}

/** ES256 unless `rsa`: an RSA signature costs ten times as much processor time. */
export function generateSigningPair({ rsa = false } = {}): Record<'publicKey' | 'privateKey', KeyObject> {
  return rsa ? generateKeyPairSync('rsa', { modulusLength: 3072 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' });
}
