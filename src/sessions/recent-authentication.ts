import type { AuthenticatedUser, Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { requireUser } from '../require-user.js';

/**
 * The user who asks, if they have authenticated within REAUTHENTICATION_AGE (step-up, RFC 9470): a stolen access token that is older
 * does not change what the user signs in with.
 */
export async function requireRecentAuthentication(
  ctx: Needs<'actor' | 'clock' | 'config'>,
): Promise<AuthenticatedUser> {
  const user = await requireUser(ctx);
  const age = ctx.clock.now().getTime() - user.claims.auth_time * 1000;
  if (age <= ctx.config.reauthenticationAge) return user;
  const maxAge = Math.floor(ctx.config.reauthenticationAge / 1000);
  throw new Refusal('REAUTHENTICATION_REQUIRED', { maxAge, subject: user.userId });
}
