import type { JWTVerifyOptions, JWTVerifyResult } from 'jose';
import type { JWKS } from 'oauth4webapi';
import { systemClock } from '../platform/clock.js';
import type { Documents } from './open-id-documents.js';
import { ProviderError } from './provider.js';

/** Signatures that only the provider can make. With HS256 the key would be a secret that this server has too, and `none` has no signature. */
export const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** How far a provider's clock may be ahead, in seconds. */
export const TOLERANCE = 60;

/** Retries once with reloaded keys: the provider may have changed them since, and may not send the token again. */
export async function verifyWithKeys<Verified>(
  { metadata, keys }: Documents<unknown>,
  verify: (jwks: JWKS) => Promise<Verified>,
): Promise<Verified> {
  const held = await keys.get();
  try {
    return await verify(held);
  } catch (error) {
    await metadata.renew();
    const renewed = await keys.renew();
    if (renewed === held) throw error;
    return verify(renewed);
  }
}

/** Verifies the signature and the common claims of an event token (RFC 8417). `maxTokenAge` in seconds since its `iat`. */
export async function verifyEventToken(
  documents: Documents<unknown>,
  token: string,
  expected: Pick<JWTVerifyOptions, 'issuer' | 'audience' | 'maxTokenAge'>,
): Promise<JWTVerifyResult> {
  const jose = await import('jose');
  return verifyWithKeys(documents, (jwks) =>
    jose.jwtVerify(token, jose.createLocalJWKSet(jwks as Parameters<typeof jose.createLocalJWKSet>[0]), {
      ...expected,
      algorithms: ALGORITHMS,
      requiredClaims: ['jti', 'events'],
      clockTolerance: TOLERANCE,
      currentDate: systemClock.now(),
    }),
  );
}

/** Throws only the code of the library's error and the claim concerned, since its message may quote the token. */
export function throwWithoutToken(error: unknown): never {
  const { code = '', claim } = error as Error & { code?: unknown; claim?: unknown };
  if (!String(code).startsWith('ERR_J')) throw error;
  const what = [code, claim].filter((part) => typeof part === 'string').join(' ');
  throw new ProviderError('failed', `its token is refused: ${what}`);
}
