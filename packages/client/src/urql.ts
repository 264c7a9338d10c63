import type { Fetch } from './authorized-fetch.js';
import { firstRefusal } from './graphql-errors.js';
import type { Sallyport } from './sallyport.js';
import type { SallyportError } from './sallyport-error.js';
import type { GraphQLErrorLike } from './send.js';
import { onUserChange } from './user-change.js';

/** Options of a `Client`: `new Client({ ...urqlHttp(sallyport, 'https://api.example.com/graphql'), exchanges })`. */
export function urqlHttp({ url, fetch }: Sallyport, api = url): { url: string; fetch: Fetch; preferGetMethod: false } {
  return { url: api, fetch, preferGetMethod: false };
}

/** urql's caches cannot be emptied: each user gets a client of their own. `changed` is called with it, such as a state of React. */
export function clientPerUser<Client>(
  sallyport: Sallyport,
  make: () => Client,
  changed: (client: Client) => void,
): () => void {
  changed(make());
  return onUserChange(sallyport, () => changed(make()));
}

/** The refusal in a CombinedError. */
export function urqlRefusal(error: unknown): SallyportError | null {
  return firstRefusal((error as { graphQLErrors?: GraphQLErrorLike[] }).graphQLErrors);
}
