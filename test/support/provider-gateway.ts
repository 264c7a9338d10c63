import { afterAll } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { startGateway, type TestGateway } from './gateway.js';
import { type OpenIdProvider, type ProviderAccount, startOpenIdProvider } from './openid-provider.js';
import { newEmail } from './people.js';
import { REDIRECT_URI } from './provider-flow.js';

const opened: OpenIdProvider[] = [];

afterAll(async () => {
  for (const provider of opened) await provider.close();
});

/** Believed for every address, so that what it has verified links by itself. */
export const AUTHORITATIVE = { PROVIDER_ACME_EMAIL_DOMAINS: '*' };

/** A gateway that is a client of a real OpenID provider, `acme`. Both are closed when the test file ends. */
export async function startWithProvider(
  settings: Record<string, string> = {},
): Promise<{ gateway: TestGateway; provider: OpenIdProvider }> {
  const publicUrl = settings.PUBLIC_URL;
  const provider = await startOpenIdProvider({ ...(publicUrl && { publicUrl }) });
  opened.push(provider);
  const gateway = await startGateway({ REDIRECT_URIS: REDIRECT_URI, ...provider.settings, ...settings });
  return { gateway, provider };
}

/** Nobody has signed in with it yet. Its address is verified there unless said otherwise. */
export function newAccount(given: Partial<ProviderAccount> = {}): ProviderAccount & { email: string } {
  const sub = randomBytes(8).toString('hex');
  return { sub, email: newEmail(`acme-${sub}`), email_verified: true, name: 'Ada Lovelace', ...given } as never;
}
