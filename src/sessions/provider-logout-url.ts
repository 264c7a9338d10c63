import { isRedirectAllowed } from '../config/redirect-uris.js';
import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { ProviderError } from '../providers/provider.js';
import type { LoggedOut } from './logged-out.js';

/** Our sessions have ended by then: if the provider cannot be reached, the sign-out has still succeeded. */
export async function providerLogoutUrl(
  { config, log, providers, request }: Needs<'config' | 'log' | 'providers' | 'request'>,
  { provider: id }: LoggedOut,
  redirectUri: string | null,
): Promise<string | null> {
  // The provider compares it too, but we must not rely on how.
  if (redirectUri !== null && !isRedirectAllowed(config.redirectUris, redirectUri))
    throw new Refusal('REDIRECT_URI_NOT_ALLOWED', { field: 'redirectUri' });
  const provider = id ? providers.named(id) : undefined;
  try {
    const url = await provider?.logoutUrl(redirectUri);
    return url?.href ?? null;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    log.warn({ requestId: request.id, provider: id, err: error }, 'a provider cannot be reached');
    return null;
  }
}
