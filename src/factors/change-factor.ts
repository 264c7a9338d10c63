import type { EntityManager } from '@mikro-orm/postgresql';
import type { AuthenticatedUser, Needs, RecentlyAuthenticated } from '../context.js';
import { Refusal } from '../errors.js';
import type { Factor } from '../methods/factor.js';
import { factorsOf } from '../methods/factors-loader.js';
import { requireUser } from '../require-user.js';
import { assertStillSignedIn } from '../sessions/assert-still-signed-in.js';
import type { SessionPrincipal } from '../sessions/principals.js';
import { assertStillRecent } from '../sessions/recent-authentication.js';

export type Changing = RecentlyAuthenticated | 'em' | 'limits';

interface Found {
  person: AuthenticatedUser;
  /** The user with the roles they hold now. */
  who: SessionPrincipal;
  factor: Factor;
  /** All other factors of the user. */
  others: Factor[];
}

/** Runs what users do to their own factors, in a transaction with the user locked. NOT_FOUND for another user's factor. */
export async function changeFactor<Result>(
  ctx: Needs<Changing>,
  factorId: string,
  act: (tx: EntityManager, found: Found) => Promise<Result>,
): Promise<Result> {
  const person = await requireUser(ctx);
  await ctx.limits.consume('changeFactors.account', person.userId);
  return ctx.em.fork().transactional(async (tx) => {
    const who = await assertStillSignedIn(ctx, tx, person);
    await assertStillRecent(ctx, tx, person);
    const factors = await factorsOf(ctx, tx, person.userId);
    const factor = factors.find(({ id }) => id === factorId);
    if (!factor) throw new Refusal('NOT_FOUND', { field: 'input.factorId' });
    return act(tx, { person, who, factor, others: factors.filter((one) => one !== factor) });
  });
}
