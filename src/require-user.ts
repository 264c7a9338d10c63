import type { Needs, AuthenticatedUser } from './context.js';
import { Refusal } from './errors.js';

/** The person who asks; refused with the precise reason when there is none. */
export async function requireUser({ actor }: Needs<'actor'>): Promise<AuthenticatedUser> {
  const who = await actor();
  if (who.kind === 'anonymous') throw new Refusal(who.problem);
  return who;
}
