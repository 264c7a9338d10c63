import type { Route, RouteAnswer } from '../feature.js';
import { POLL, PUSH } from './configuration.js';
import { json, setKeyOf } from './receiver.js';

/** Transmitter configuration metadata (Shared Signals Framework 1.0 §7.1). */
export const transmitterRoute: Route = {
  method: 'GET',
  path: '/.well-known/ssf-configuration',
  operation: 'readMetadata',
  safe: true,
  crossOrigin: 'every',
  async answer(ctx) {
    setKeyOf(ctx);
    const { publicUrl } = ctx.config;
    return cached({
      spec_version: '1_0',
      issuer: publicUrl,
      jwks_uri: `${publicUrl}/ssf/jwks.json`,
      delivery_methods_supported: [PUSH, POLL],
      configuration_endpoint: `${publicUrl}/ssf/streams`,
      status_endpoint: `${publicUrl}/ssf/status`,
      verification_endpoint: `${publicUrl}/ssf/verify`,
      authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:7617' }],
      default_subjects: 'ALL',
    });
  },
};

/** Separate from /.well-known/jwks.json: verifiers of access tokens must not accept a key that signs none. */
export const setKeysRoute: Route = {
  method: 'GET',
  path: '/ssf/jwks.json',
  operation: 'readMetadata',
  safe: true,
  crossOrigin: 'every',
  answer: async (ctx) => cached({ keys: [setKeyOf(ctx).jwk] }),
};

function cached(body: object): RouteAnswer {
  const answer = json(body);
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'public, max-age=300' } };
}
