import type { Needs, Person } from './context.js';
import { Refusal } from './errors.js';

/** The person who asks; refused with the precise reason when there is none. */
export async function signedIn({ actor }: Needs<'actor'>): Promise<Person> {
  const who = await actor();
  if (who.kind === 'anonymous') throw new Refusal(who.problem);
  return who;
}
