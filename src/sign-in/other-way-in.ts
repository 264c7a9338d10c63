import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import { Identity } from '../identities/identity.entity.js';
import type { Factor } from '../methods/factor.js';
import { factorsOf } from '../methods/factors-loader.js';
import { Password } from '../passwords/password.entity.js';

/** Whether something other than this factor or identity could sign the user in, with the current settings. */
export async function hasOtherWayIn(
  ctx: Needs<'config' | 'methods' | 'providers'>,
  tx: EntityManager,
  userId: string,
  { id: removed }: { id: string },
): Promise<boolean> {
  const { signInMethods } = ctx.config;
  if (signInMethods.includes('email-code')) return true;
  if (signInMethods.includes('password') && (await tx.count(Password, { user: userId })) > 0) return true;
  const factors = signInMethods.includes('passkey') ? await factorsOf(ctx, tx, userId) : [];
  if (factors.some((one) => one.id !== removed && signsIn(ctx, one))) return true;
  const configured = ctx.providers.all.map(({ id }) => id);
  return (await tx.count(Identity, { user: userId, provider: { $in: configured }, id: { $ne: removed } })) > 0;
}

/** Whether it signs in without another factor, as a passkey does. */
export function signsIn({ methods }: Needs<'methods'>, factor: Factor): boolean {
  return methods.factors.some((kind) => kind.signsIn && factor instanceof kind.entity);
}
