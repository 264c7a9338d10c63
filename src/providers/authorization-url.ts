import type { ProviderSettings } from '../config/provider-settings.js';
import { sha256 } from '../platform/crypto.js';
import { isSafeTransport } from '../platform/safe-transport.js';
import type { Kind } from './kind.js';
import { type Attempt, ProviderError } from './provider.js';

interface Place {
  kind: Kind;
  settings: ProviderSettings;
  production: boolean;
}

/** The address to send the browser to (RFC 6749 §4.1.1, RFC 7636 §4.3). */
export function authorizationUrl(
  endpoint: string | undefined,
  { callbackUrl, state, nonce, codeVerifier }: Attempt,
  { kind, settings, production }: Place,
): URL {
  // Also refuses addresses that a browser would execute, such as javascript: or data:.
  if (!endpoint || !isSafeTransport(endpoint, production))
    throw new ProviderError('failed', 'its authorization endpoint is no https address');
  const url = new URL(endpoint);
  const separator = (kind.protocol === 'oauth' && kind.separator) || ' ';
  const parameters = {
    ...kind.parameters,
    ...(settings.keepTokens && kind.offline),
    response_type: 'code',
    client_id: settings.clientId,
    redirect_uri: new URL(callbackUrl).href,
    scope: (settings.scopes ?? kind.scopes).join(separator),
    state,
    ...(kind.protocol === 'openid' && { nonce }),
    ...(usesPkce(kind) && {
      code_challenge: sha256(codeVerifier).toString('base64url'),
      code_challenge_method: 'S256',
    }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

export function usesPkce(kind: Kind): boolean {
  return kind.protocol === 'openid' || !kind.withoutPkce;
}
