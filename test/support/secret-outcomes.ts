import type { Answer } from './client.js';
import type { TestGateway } from './gateway.js';
import type { Purse } from './secrets.js';
import type { Kind } from './secrets-table.js';

/** What came of it: `accepted`, or by what it was refused. */
export type Outcome = string;
export type Offer = (gateway: TestGateway, purse: Purse, secret: string, kind: Kind) => Promise<Outcome[]>;

export interface Taking {
  /** What refuses a secret of another kind; one that is too long to be looked up is refused with BAD_USER_INPUT. */
  refuses: Outcome;
  /** The same where the purpose of a challenge is right, and none of its methods is. */
  misses?: Outcome;
  offer: Offer;
}

export async function byGraphQL(answering: Promise<Answer<unknown>>): Promise<Outcome> {
  const { errors, data } = await answering;
  return errors[0]?.extensions.code ?? (data ? 'accepted' : 'nothing');
}
