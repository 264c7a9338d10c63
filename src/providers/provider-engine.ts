import type { Config } from '../config/config.js';
import type { Clock } from '../platform/clock.js';
import type { Provider } from './provider.js';

/** Communicates with a provider. It may throw the library's errors: `create-providers.ts` turns them into a `ProviderError`. */
export type ProviderEngine = Pick<
  Provider,
  'authorizationUrl' | 'profile' | 'logoutUrl' | 'verifyLogoutToken' | 'verifySecurityEvents'
>;

export interface ProviderNeeds {
  clock: Pick<Clock, 'now'>;
  /** Made by createBoundedFetch. */
  fetch: typeof fetch;
  production: boolean;
  config: Pick<Config, 'publicUrl' | 'ssfTransmitters'>;
}
