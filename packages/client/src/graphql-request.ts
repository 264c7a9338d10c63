import type { Fetch } from './authorized-fetch.js';
import { firstRefusal } from './graphql-errors.js';
import type { Sallyport } from './sallyport.js';
import type { SallyportError } from './sallyport-error.js';
import type { GraphQLErrorLike } from './send.js';

/** Options of a `GraphQLClient`: `new GraphQLClient('https://api.example.com/graphql', requestOptions(sallyport))`. */
export function requestOptions({ fetch }: Sallyport): { fetch: Fetch } {
  return { fetch };
}

/** The refusal in a ClientError. */
export function requestRefusal(error: unknown): SallyportError | null {
  return firstRefusal((error as { response?: { errors?: GraphQLErrorLike[] } }).response?.errors);
}
