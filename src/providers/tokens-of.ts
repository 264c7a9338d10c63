import type { TokenEndpointResponse } from 'oauth4webapi';
import { after, type Clock } from '../platform/clock.js';
import type { ProviderTokens } from './provider.js';

const MAX_LENGTH = 32_768; // characters of all together; kept with each identity, and answers may have a megabyte
const MAX_LIFETIME = 3650 * 86_400; // seconds; what is longer would be no date

/** Null if they are too long to be stored: a truncated token is useless. */
export function tokensOf(answer: TokenEndpointResponse, clock: Pick<Clock, 'now'>): ProviderTokens | null {
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: seconds, scope } = answer;
  if ([accessToken, refreshToken, scope].join('').length > MAX_LENGTH) return null;
  return {
    accessToken,
    refreshToken: refreshToken ?? null,
    expiresAt: seconds === undefined ? null : after(clock.now(), Math.min(seconds, MAX_LIFETIME) * 1000),
    scope: scope ?? null,
  };
}
