import type { Route, RouteAnswer } from '../feature.js';
import { brandingOf } from '../platform/branding.js';
import { BUILT_IN_PERMISSIONS } from '../roles/permissions.js';
import { ALGORITHMS } from '../providers/signatures.js';
import { ACR } from '../sessions/authentication.js';
import { oauthAnswer } from './oauth-answer.js';
import { GRANTS } from './token.route.js';

/** Authorization Server Metadata (RFC 8414). */
export const metadataRoute = metadata('/.well-known/oauth-authorization-server');

/** For verifiers that use OpenID Connect Discovery 1.0: API gateways, Spring, Envoy. */
export const discoveryRoute = metadata('/.well-known/openid-configuration');

/** What verifiers need. This server has no authorization endpoint, and issues no ID tokens. */
function metadata(path: `/${string}`): Route {
  const answer: Route['answer'] = async ({ config: { publicUrl }, keys }) => {
    const algorithms = [...new Set(keys.ring.published().map(({ algorithm }) => algorithm))];
    return cacheable({
      issuer: publicUrl,
      jwks_uri: `${publicUrl}/.well-known/jwks.json`,
      token_endpoint: `${publicUrl}/oauth/token`,
      // none: an API key is exchanged by itself.
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
      token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
      grant_types_supported: Object.keys(GRANTS),
      introspection_endpoint: `${publicUrl}/oauth/introspect`,
      // Bearer: the access token of a service account. RFC 8414 §2 allows types of access tokens among the methods.
      introspection_endpoint_auth_methods_supported: [
        'client_secret_basic',
        'client_secret_post',
        'private_key_jwt',
        'Bearer',
      ],
      introspection_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
      revocation_endpoint: `${publicUrl}/oauth/revoke`,
      revocation_endpoint_auth_methods_supported: ['none'],
      response_types_supported: [],
      acr_values_supported: ACR,
      access_token_signing_alg_values_supported: algorithms,
      // OpenID Connect requires these, and verifiers of access tokens read their algorithms from them.
      id_token_signing_alg_values_supported: algorithms,
      subject_types_supported: ['public'],
      revocation_feed: `${publicUrl}/revocations`,
    });
  };
  return { method: 'GET', path, operation: 'readMetadata', safe: true, crossOrigin: 'every', answer };
}

/** Protected Resource Metadata (RFC 9728): clients that know only the API's address learn who issues its tokens. */
export const resourceMetadataRoute: Route = {
  method: 'GET',
  path: '/.well-known/oauth-protected-resource',
  operation: 'readMetadata',
  safe: true,
  crossOrigin: 'every',
  async answer(ctx) {
    const { publicUrl } = ctx.config;
    return cacheable({
      resource: publicUrl,
      authorization_servers: [publicUrl],
      jwks_uri: `${publicUrl}/.well-known/jwks.json`,
      scopes_supported: BUILT_IN_PERMISSIONS,
      bearer_methods_supported: ['header'],
      resource_name: brandingOf(ctx.config).name,
    });
  },
};

function cacheable(body: object): RouteAnswer {
  const answer = oauthAnswer(body);
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'public, max-age=300' } };
}
