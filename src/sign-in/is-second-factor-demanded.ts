import type { Needs } from '../context.js';
import type { RoleHeld } from '../sessions/principals.js';

/** True with SECOND_FACTOR=required, or if a role of the user demands it. */
export function isSecondFactorDemanded({ config }: Needs<'config'>, roles: readonly RoleHeld[]): boolean {
  return config.secondFactor === 'required' || roles.some(({ requiresSecondFactor }) => requiresSecondFactor);
}
