import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import type { Factor } from '../methods/factor.js';
import { Password } from '../passwords/password.entity.js';
import type { SessionPrincipal } from '../sessions/principals.js';
import { isSecondFactorDemanded } from '../sign-in/is-second-factor-demanded.js';

interface Removal {
  who: SessionPrincipal;
  factor: Factor;
  /** The factors that would be left. */
  others: Factor[];
}

/** Refuses with LAST_FACTOR where a policy demands a factor, and where nothing else could sign the user in. */
export async function assertNotLastFactor(
  ctx: Needs<'config' | 'methods'>,
  tx: EntityManager,
  { who: { user, roles }, factor, others }: Removal,
): Promise<void> {
  const demanded = others.length === 0 && isSecondFactorDemanded(ctx, roles);
  const signsIn = (one: Factor) => ctx.methods.factors.some((kind) => kind.signsIn && one instanceof kind.entity);
  const lastWayIn = signsIn(factor) && !others.some(signsIn) && !(await hasOtherWayIn(ctx, tx, user.id));
  if (demanded || lastWayIn) throw new Refusal('LAST_FACTOR', { subject: user.id });
}

async function hasOtherWayIn({ config }: Needs<'config'>, tx: EntityManager, userId: string): Promise<boolean> {
  const { signInMethods } = config;
  if (signInMethods.includes('email-code')) return true;
  return signInMethods.includes('password') && (await tx.count(Password, { user: userId })) > 0;
}
