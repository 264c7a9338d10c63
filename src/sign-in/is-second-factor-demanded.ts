import type { Needs } from '../context.js';
import type { RoleHeld } from '../sessions/principals.js';

/** By SECOND_FACTOR=required, or by a role of the user. */
export function isSecondFactorDemanded({ config }: Needs<'config'>, roles: readonly RoleHeld[]): boolean {
  return config.secondFactor === 'required' || roles.some(({ requiresSecondFactor }) => requiresSecondFactor);
}
