import { isSafeTransport } from '../platform/safe-transport.js';
import { ProviderError } from './provider.js';

interface Leaving {
  clientId: string;
  returnTo: string | null;
  production: boolean;
}

/**
 * Where the browser ends the session at the provider (OpenID Connect RP-Initiated Logout 1.0 §2). Without `id_token_hint`, since no ID token
 * is kept, and without `logout_hint`, which would write into the history of the browser who it was: the provider may ask the person.
 */
export function logoutUrl(endpoint: unknown, { clientId, returnTo, production }: Leaving): URL {
  // Also an address that a browser would run, such as javascript: or data:.
  if (typeof endpoint !== 'string' || !isSafeTransport(endpoint, production))
    throw new ProviderError('failed', 'its end session endpoint is no https address');
  const url = new URL(endpoint);
  url.searchParams.set('client_id', clientId);
  if (returnTo !== null) url.searchParams.set('post_logout_redirect_uri', returnTo);
  return url;
}
