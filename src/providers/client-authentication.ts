import type { AuthorizationServer, ClientAuth } from 'oauth4webapi';
import type { ProviderSettings } from '../config/provider-settings.js';
import type { Kind } from './kind.js';
import type { Oauth } from './load-oauth.js';

interface Exchange {
  metadata: AuthorizationServer;
  now: Date;
}

/**
 * How this server authenticates to the token endpoint. In the body if the provider accepts it: in the header, id and secret must be encoded
 * in a way that not every server decodes (RFC 6749 §2.3.1).
 */
export function clientAuthentication(
  oauth: Oauth,
  kind: Kind,
  settings: ProviderSettings,
  { metadata, now }: Exchange,
): ClientAuth {
  const made = kind.protocol === 'openid' ? kind.clientSecret?.(settings, now) : undefined;
  const secret = made ?? settings.clientSecret ?? '';
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const inBody = kind.authenticate ? kind.authenticate === 'secret-in-body' : methods.includes('client_secret_post');
  if (inBody) return oauth.ClientSecretPost(secret);
  return kind.authenticate ? plainHeader(secret) : oauth.ClientSecretBasic(secret);
}

/** Not encoded, since X does not decode it. */
function plainHeader(secret: string): ClientAuth {
  return (_server, { client_id: id }, _body, headers) => {
    headers.set('authorization', `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`);
  };
}
