import type { Config } from '../config/config.js';
import type { Clock } from '../platform/clock.js';
import type { Provider } from './provider.js';

/** What speaks with a provider. It may throw what the library throws: `create-providers.ts` makes a `ProviderError` of it. */
export type ProviderEngine = Pick<
  Provider,
  'authorizationUrl' | 'profile' | 'logoutUrl' | 'verifyLogoutToken' | 'verifySecurityEvents'
>;

export interface ProviderNeeds {
  clock: Pick<Clock, 'now'>;
  /** createBoundedFetch. */
  fetch: typeof fetch;
  production: boolean;
  config: Pick<Config, 'publicUrl' | 'ssfTransmitters'>;
}
