import type { TokenEndpointResponse } from 'oauth4webapi';
import { after, type Clock } from '../platform/clock.js';
import type { ProviderTokens } from './provider.js';

const LONGEST_LIFE = 3650 * 86_400; // seconds; what is longer would be no date

export function tokensOf(answer: TokenEndpointResponse, clock: Pick<Clock, 'now'>): ProviderTokens {
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: seconds, scope } = answer;
  return {
    accessToken,
    refreshToken: refreshToken ?? null,
    expiresAt: seconds === undefined ? null : after(clock.now(), Math.min(seconds, LONGEST_LIFE) * 1000),
    scope: scope ?? null,
  };
}
