import { isSafeTransport } from '../platform/safe-transport.js';
import { ProviderError } from './provider.js';

interface Leaving {
  clientId: string;
  returnTo: string | null;
  production: boolean;
}

/**
 * Where the browser ends the session at the provider (OpenID Connect RP-Initiated Logout 1.0 §2). Without `id_token_hint`, since no ID
 * token is stored, and without `logout_hint`, which would write the user into the browser's history: the provider may ask the user.
 */
export function logoutUrl(endpoint: unknown, { clientId, returnTo, production }: Leaving): URL {
  // Also refuses addresses that a browser would execute, such as javascript: or data:.
  if (typeof endpoint !== 'string' || !isSafeTransport(endpoint, production))
    throw new ProviderError('failed', 'its end session endpoint is no https address');
  const url = new URL(endpoint);
  url.searchParams.set('client_id', clientId);
  if (returnTo !== null) url.searchParams.set('post_logout_redirect_uri', returnTo);
  return url;
}
