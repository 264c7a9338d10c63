import type { AuthorizationServer, Client, TokenEndpointResponse } from 'oauth4webapi';
import { systemClock } from '../platform/clock.js';
import type { Claims, OpenIdKind } from './kind.js';
import type { Oauth } from './load-oauth.js';
import type { OpenIdDocuments } from './open-id-documents.js';
import { ProviderError } from './provider.js';
import { ALGORITHMS, TOLERANCE, verifyWithKeys } from './signatures.js';

interface Expected {
  kind: OpenIdKind;
  client: Client;
  documents: OpenIdDocuments;
  metadata: AuthorizationServer;
  nonce: string;
}

interface Verified {
  tokens: TokenEndpointResponse;
  claims: Claims;
}

/** The tokens in a response. The ID token is verified as OpenID Connect Core §3.1.3.7 says, including its signature. */
export async function verifyIdToken(oauth: Oauth, response: Response, expected: Expected): Promise<Verified> {
  const { kind, client, documents, nonce } = expected;
  const issuer = kind.signsAs?.(await unverified(response), expected.metadata.issuer) ?? expected.metadata.issuer;
  const metadata = { ...expected.metadata, issuer, id_token_signing_alg_values_supported: ALGORITHMS };
  // Checks iss, aud, exp, nonce; azp if there are several audiences.
  const tokens = await oauth.processAuthorizationCodeResponse(metadata, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  const claims = oauth.getValidatedIdTokenClaims(tokens) as Claims;
  if (claims['azp'] !== undefined && claims['azp'] !== client.client_id)
    throw new ProviderError('failed', 'the ID token is for another client (azp)');
  if ((claims['iat'] as number) > systemClock.now().getTime() / 1000 + TOLERANCE)
    throw new ProviderError('failed', 'the ID token is from the future (iat)');
  await verifyWithKeys(documents, async (jwks) => {
    const uat = Math.floor(systemClock.now().getTime() / 1000);
    // The library caches keys by this object, and loads none if it is given some.
    await oauth.validateApplicationLevelSignature({ ...metadata }, response, { [oauth.jwksCache]: { jwks, uat } });
  });
  return { tokens, claims };
}

/** The unverified claims, to choose among the issuers of one provider; the library then checks the chosen issuer, and the signature. */
async function unverified(response: Response): Promise<Claims> {
  try {
    const { id_token: token } = (await response.clone().json()) as { id_token: string };
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Claims;
  } catch {
    return {};
  }
}
