import type { Route } from '../feature.js';
import { ACR } from '../sessions/authentication.js';
import { oauthAnswer } from './oauth-answer.js';

/** Authorization Server Metadata (RFC 8414): what verifiers need to know. This server has no authorization endpoint. */
export const metadataRoute: Route = {
  method: 'GET',
  path: '/.well-known/oauth-authorization-server',
  operation: 'readMetadata',
  safe: true,
  crossOrigin: 'every',
  async answer({ config: { publicUrl }, keys }) {
    const answer = oauthAnswer({
      issuer: publicUrl,
      jwks_uri: `${publicUrl}/.well-known/jwks.json`,
      introspection_endpoint: `${publicUrl}/oauth/introspect`,
      introspection_endpoint_auth_methods_supported: ['client_secret_basic'],
      revocation_endpoint: `${publicUrl}/oauth/revoke`,
      revocation_endpoint_auth_methods_supported: ['none'],
      response_types_supported: [],
      acr_values_supported: ACR,
      access_token_signing_alg_values_supported: [...new Set(keys.ring.published().map(({ algorithm }) => algorithm))],
      revocation_feed: `${publicUrl}/revocations`,
    });
    return { ...answer, headers: { ...answer.headers, 'cache-control': 'public, max-age=300' } };
  },
};
