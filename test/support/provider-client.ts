import { randomBytes } from 'node:crypto';
import { createProviders } from '../../src/providers/create-providers.js';
import type { Attempt, Provider, ProviderError, ProviderProfile } from '../../src/providers/provider.js';
import { createMetrics, type Metrics } from '../../src/platform/metrics.js';
import { type FakeClock, fakeClock } from './clock.js';
import { product } from './product.js';

export interface ProviderClient {
  clock: FakeClock;
  metrics: Metrics;
  named(id: string): Provider;
  /** One sign-in, with `visit` as the browser: it is sent somewhere, and comes back with an address of ours. */
  signIn(id: string, visit: (url: string) => Promise<URL>, sent?: Partial<Attempt>): Promise<ProviderProfile>;
  /** The same where it must fail. */
  failure(id: string, visit: (url: string) => Promise<URL>, sent?: Partial<Attempt>): Promise<ProviderError>;
}

/** The providers of these settings, as the gateway makes them. */
export function createProviderClient(settings: Record<string, string>): ProviderClient {
  const config = product.loadConfig({ NODE_ENV: 'test', ...settings });
  const [clock, metrics] = [fakeClock(), createMetrics()];
  const providers = createProviders({ config, clock, metrics });
  const named = (id: string) => providers.named(id)!;
  const signIn: ProviderClient['signIn'] = async (id, visit, sent) => {
    const attempt = newAttempt(id, sent);
    const url = await named(id).authorizationUrl(attempt);
    const { searchParams } = await visit(url.href);
    return named(id).profile(searchParams, attempt);
  };
  return {
    clock,
    metrics,
    named,
    signIn,
    failure: async (...given) => {
      const outcome = await signIn(...given).catch((error: unknown) => error as ProviderError);
      if (!(outcome instanceof Error)) throw new Error(`It signed in: ${JSON.stringify(outcome)}`);
      return outcome;
    },
  };
}

export function newAttempt(id: string, sent: Partial<Attempt> = {}): Attempt {
  const secret = () => randomBytes(32).toString('base64url');
  return {
    callbackUrl: `http://localhost:4000/providers/${id}/callback`,
    state: secret(),
    nonce: secret(),
    codeVerifier: secret(),
    ...sent,
  };
}
