import type { SallyportError } from './sallyport-error.js';
import { type GraphQLErrorLike, refusalOf } from './send.js';

/** The refusal in an error of a GraphQL client, for `isRefusal`. Null if there is none, for example after a broken connection. */
export function firstRefusal(errors: readonly GraphQLErrorLike[] | undefined): SallyportError | null {
  const refused = errors?.find(({ extensions }) => typeof extensions?.code === 'string');
  return refused ? refusalOf(refused) : null;
}
