import type { Config } from '../config/config.js';
import type { ProviderSettings } from '../config/provider-settings.js';
import type { Clock } from '../platform/clock.js';
import type { Metrics } from '../platform/metrics.js';
import { withTimeout } from '../platform/with-timeout.js';
import { createBoundedFetch } from './bounded-fetch.js';
import { KINDS } from './kinds.js';
import { createOauthProvider } from './oauth-provider.js';
import { createOpenIdProvider } from './open-id-provider.js';
import { providerErrorOf } from './provider-error-of.js';
import type { ProviderEngine, ProviderNeeds } from './provider-engine.js';
import { type Provider, ProviderError, type Providers } from './provider.js';

interface Needs {
  config: Pick<Config, 'providers' | 'nodeEnv' | 'publicUrl' | 'ssfTransmitters'>;
  clock: Pick<Clock, 'now'>;
  metrics: Metrics;
}

/** In milliseconds. The browser waits for the exchange. Each request has its own time-out, but together they could take longer. */
const EXCHANGE_MS = 10_000;

/** The configured providers. Makes no request: each provider is contacted at its first use. Callers log failures with the request's id. */
export function createProviders({ config, clock, metrics }: Needs): Providers {
  const production = config.nodeEnv === 'production';
  const needs: ProviderNeeds = { clock, production, config, fetch: createBoundedFetch({ production }) };
  const calls = metrics.counter(
    'sallyport_provider_calls_total',
    'Calls of identity providers, by outcome: ok, denied (by the person), unavailable, failed (an answer that cannot be believed).',
    ['provider', 'outcome'],
  );

  const watched = async <Answer>(id: string, call: () => Promise<Answer>): Promise<Answer> => {
    try {
      const answer = await withTimeout(EXCHANGE_MS, call(), tooLate);
      calls.inc({ provider: id, outcome: 'ok' });
      return answer;
    } catch (error) {
      const problem = providerErrorOf(error);
      calls.inc({ provider: id, outcome: problem.reason });
      throw problem;
    }
  };
  const all = config.providers.map((settings): Provider => {
    const { id, name } = settings;
    const engine = engineOf(settings, needs);
    const { verifyLogoutToken: verify, verifySecurityEvents: verifyEvents } = engine;
    return {
      id,
      name,
      authorizationUrl: (attempt) => watched(id, () => engine.authorizationUrl(attempt)),
      profile: (answer, attempt) => watched(id, () => engine.profile(answer, attempt)),
      logoutUrl: (returnTo) => watched(id, () => engine.logoutUrl(returnTo)),
      verifyLogoutToken: verify && ((token) => watched(id, () => verify(token))),
      verifySecurityEvents: verifyEvents && ((token) => watched(id, () => verifyEvents(token))),
    };
  });
  return { all, named: (id) => all.find((provider) => provider.id === id) };
}

function engineOf(settings: ProviderSettings, needs: ProviderNeeds): ProviderEngine {
  const kind = KINDS[settings.kind];
  return kind.protocol === 'openid'
    ? createOpenIdProvider(kind, settings, needs)
    : createOauthProvider(kind, settings, needs);
}

function tooLate(): never {
  throw new ProviderError('unavailable', `it took more than ${EXCHANGE_MS / 1000} s`);
}
