import { GraphQLError } from 'graphql';
import { type Guard, GuardError, type Identity } from './guard.js';
import * as plain from './identity.js';

type Headers = { get(name: string): string | null } | Record<string, string | string[] | undefined>;

/**
 * For the context of Apollo Server and GraphQL Yoga: the identity, or null without a token. A bad token is refused as the gateway refuses
 * it: an error with `extensions.code`, and 401.
 */
export async function identityFor(guard: Guard, headers: Headers): Promise<Identity | null> {
  const given =
    typeof headers.get === 'function'
      ? headers.get('authorization')
      : (headers as Record<string, unknown>).authorization;
  try {
    return await guard.authenticate(typeof given === 'string' ? given : null);
  } catch (error) {
    throw error instanceof GuardError ? asGraphQLError(error, true) : error;
  }
}

/** The same as of `@sallyport/guard`, for resolvers: some servers hide every error that is not GraphQL's. */
export const requireIdentity = inResolvers(plain.requireIdentity);
export const requireScope = inResolvers(plain.requireScope);
export const requireRecentAuth = inResolvers(plain.requireRecentAuth);

function inResolvers<Args extends unknown[]>(check: (...args: Args) => Identity): (...args: Args) => Identity {
  return (...args) => {
    try {
      return check(...args);
    } catch (error) {
      throw error instanceof GuardError ? asGraphQLError(error, false) : error;
    }
  };
}

/** `http.headers` is read as a Map by Apollo Server and as an object by Yoga: this is both. */
function asGraphQLError({ message, status, headers, extensions }: GuardError, whole: boolean): GraphQLError {
  const both = Object.assign(new Map(Object.entries(headers)), headers);
  return new GraphQLError(message, {
    extensions: { ...extensions, ...(whole && { http: { status, headers: both } }) },
  });
}
