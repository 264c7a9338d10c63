import type { Fetch } from './authorized-fetch.js';
import { firstRefusal } from './graphql-errors.js';
import type { Sallyport } from './sallyport.js';
import type { SallyportError } from './sallyport-error.js';
import type { GraphQLErrorLike } from './send.js';
import { onUserChange } from './user-change.js';

/** The options of an `HttpLink`: `new HttpLink(apolloHttp(sallyport, 'https://api.example.com/graphql'))`. */
export function apolloHttp({ url, fetch }: Sallyport, uri = url): { uri: string; fetch: Fetch } {
  return { uri, fetch };
}

/** Empties the cache when another user signs in, or no user is signed in any more. Returns a function that stops this. */
export function clearApolloCache(sallyport: Sallyport, client: { clearStore(): Promise<unknown> }): () => void {
  return onUserChange(sallyport, () => void client.clearStore());
}

/** The refusal in a CombinedGraphQLErrors (Apollo Client 4) or an ApolloError (3). */
export function apolloRefusal(error: unknown): SallyportError | null {
  const { errors, graphQLErrors } = error as Record<'errors' | 'graphQLErrors', GraphQLErrorLike[] | undefined>;
  return firstRefusal(errors ?? graphQLErrors);
}
