import type { Config } from '../config/config.js';
import { createHooks, type Hooks } from '../hooks/hooks.js';
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import type { Metrics } from '../platform/metrics.js';
import { createSignedCall } from '../platform/signed-call.js';
import { createLegacyLogin, type LegacyLogin } from './legacy-login.js';

/** The operator's own services that are called during sign-ins. Null if not configured. */
export interface SignedCallServices {
  legacyLogin: LegacyLogin | null;
  hooks: Hooks | null;
}

export const LEGACY_TIMEOUT_MS = 3000;
export const HOOK_TIMEOUT_MS = 2000;

export function createSignedCalls(needs: {
  config: Config;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}): SignedCallServices {
  const { config, log } = needs;
  const call = (target: string, timeout: number, url?: string, secret?: Config['hooksSecret']) =>
    url && secret ? createSignedCall(needs, { target, url, secret, timeout }) : null;
  const legacy = call('legacy-login', LEGACY_TIMEOUT_MS, config.legacyLoginUrl, config.legacyLoginSecret);
  const hook = call('hooks', HOOK_TIMEOUT_MS, config.hooksUrl, config.hooksSecret);
  return {
    legacyLogin: legacy && createLegacyLogin(legacy, log),
    hooks: hook && createHooks(hook, config, log),
  };
}
