import type { Needs } from '../context.js';
import type { RoleHeld } from '../sessions/principals.js';
import type { User } from '../users/user.entity.js';
import { tokenFacts } from './hook-facts.js';
import { type HookClaims, NO_CLAIMS } from './hooks.js';

/** Asks the hook for the claims of the next access token of an existing session. */
export async function claimsByHook(
  ctx: Needs<'hooks' | 'request'>,
  about: { user: User; roles: RoleHeld[]; sessionId: string; operation: string; amr: readonly string[] },
): Promise<HookClaims> {
  return ctx.hooks ? ctx.hooks.beforeToken(tokenFacts(ctx, about)) : NO_CLAIMS;
}
