import { GraphQLError } from 'graphql';
import { type Guard, GuardError, type Identity } from './guard.js';

type Headers = { get(name: string): string | null } | Record<string, string | string[] | undefined>;

/**
 * For the context of Apollo Server, GraphQL Yoga or Mercurius: the identity, or null without a token. A bad token is refused as the
 * gateway refuses it: an error with `extensions.code`, and 401 where the server lets the context say so. In resolvers call `requireScope`
 * and the others as they are: GraphQL takes the extensions of what they throw.
 */
export async function identityFor(guard: Guard, headers: Headers): Promise<Identity | null> {
  const given =
    typeof headers.get === 'function'
      ? headers.get('authorization')
      : (headers as Record<string, unknown>).authorization;
  try {
    return await guard.authenticate(typeof given === 'string' ? given : null);
  } catch (error) {
    throw error instanceof GuardError ? asGraphQLError(error) : error;
  }
}

/** `http.headers` is read as a Map by Apollo Server and as an object by Yoga: this is both. */
function asGraphQLError({ message, status, headers, extensions }: GuardError): GraphQLError {
  const both = Object.assign(new Map(Object.entries(headers)), headers);
  return new GraphQLError(message, { extensions: { ...extensions, http: { status, headers: both } } });
}
