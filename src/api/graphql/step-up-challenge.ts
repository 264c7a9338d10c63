import type { GraphQLFormattedError } from 'graphql';
import type { ErrorCode } from '../../errors.js';
import { bearerChallenge } from '../../platform/bearer-challenge.js';

/**
 * The header WWW-Authenticate (RFC 9470 §3) for an operation that requires a recent authentication. Routers and client libraries that do
 * not know our codes read it.
 */
export function stepUpChallengeOf(errors: readonly GraphQLFormattedError[]): string | undefined {
  const wanted: ErrorCode = 'REAUTHENTICATION_REQUIRED';
  const { maxAge, acrValues } = errors.find(({ extensions }) => extensions?.code === wanted)?.extensions ?? {};
  if (typeof maxAge !== 'number' || !Array.isArray(acrValues)) return undefined;
  const parameters = {
    error: 'insufficient_user_authentication',
    error_description: 'A more recent authentication is required',
    acr_values: acrValues.join(' '),
    max_age: `${maxAge}`,
  };
  return bearerChallenge(parameters);
}
