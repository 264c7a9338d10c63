import type { SallyportError } from './sallyport-error.js';
import { type GraphQLErrorLike, refusalOf } from './send.js';

/** The refusal in what a GraphQL client throws, for `isRefusal`. Null where there is none, such as for a broken connection. */
export function firstRefusal(errors: readonly GraphQLErrorLike[] | undefined): SallyportError | null {
  const refused = errors?.find(({ extensions }) => typeof extensions?.code === 'string');
  return refused ? refusalOf(refused) : null;
}
