import type { Needs } from '../../context.js';
import { randomToken } from '../../platform/crypto.js';
import { beginAttempt } from './begin-attempt.js';
import type { StartProviderSignInInput } from './provider.input.js';
import { ProviderRedirect } from './provider-redirect.js';
import { startUrl } from './provider-urls.js';

/**
 * Begins a sign-in by a provider. It returns an address of ours, which binds the sign-in to the browser that opens it. A cookie could not
 * do that here, since the caller may be a backend, a router, or a page of another site.
 */
export async function startProviderSignIn(
  ctx: Needs<'sql' | 'clock' | 'config' | 'keys' | 'limits' | 'providers' | 'request'>,
  input: StartProviderSignInInput,
): Promise<ProviderRedirect> {
  await ctx.limits.consume('startProviderSignIn.address', ctx.request.ipAddress);
  const token = randomToken();
  const { expiresAt } = await beginAttempt(ctx, ctx.sql, { input, by: { token } });
  return Object.assign(new ProviderRedirect(), { url: startUrl(ctx.config, input.provider, token), expiresAt });
}
