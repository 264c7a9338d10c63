import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import type { Factor } from '../methods/factor.js';
import type { SessionPrincipal } from '../sessions/principals.js';
import { isSecondFactorDemanded } from '../sign-in/is-second-factor-demanded.js';
import { hasOtherWayIn, signsIn } from '../sign-in/other-way-in.js';

interface Removal {
  who: SessionPrincipal;
  factor: Factor;
  /** The remaining factors. */
  others: Factor[];
}

/** Refuses with LAST_FACTOR if a policy demands a factor, or if nothing else could sign the user in. */
export async function assertNotLastFactor(
  ctx: Needs<'config' | 'methods' | 'providers'>,
  tx: EntityManager,
  { who: { user, roles }, factor, others }: Removal,
): Promise<void> {
  const demanded = others.length === 0 && isSecondFactorDemanded(ctx, roles);
  const lastWayIn = signsIn(ctx, factor) && !(await hasOtherWayIn(ctx, tx, user.id, factor));
  if (demanded || lastWayIn) throw new Refusal('LAST_FACTOR', { subject: user.id });
}
