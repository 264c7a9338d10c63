import type { AccessTokenClaims } from '../keys/access-token.js';
import { ACR, type Acr } from './authentication.js';

/** What a resource may require of a live access token. */
export interface Demands {
  /** All of these permissions. */
  scopes?: readonly string[] | undefined;
  /** One of these, or a stronger one. */
  acrValues?: readonly Acr[] | undefined;
  /** The most seconds since the user last authenticated. */
  maxAge?: number | null | undefined;
}

/** The unmet demand as an error code of RFC 6750 §3.1 or RFC 9470 §3. */
export type UnmetDemand = 'insufficient_scope' | 'insufficient_user_authentication';

/** Null if all are met. */
export function unmetDemand(
  { scope, acr, auth_time }: Pick<AccessTokenClaims, 'scope' | 'acr' | 'auth_time'>,
  { scopes = [], acrValues = [], maxAge = null }: Demands,
  now: Date,
): UnmetDemand | null {
  const granted = scope.split(' ');
  if (!scopes.every((one) => granted.includes(one))) return 'insufficient_scope';
  const weakest = Math.min(...acrValues.map(strengthOf));
  const strong = acrValues.length === 0 || strengthOf(acr) >= weakest;
  const recent = maxAge === null || now.getTime() / 1000 - auth_time <= maxAge;
  return strong && recent ? null : 'insufficient_user_authentication';
}

export function isAcr(value: string): value is Acr {
  return strengthOf(value) >= 0;
}

/** A token of an earlier version has no acr, and is the weakest. */
function strengthOf(value: string | undefined): number {
  return ACR.findIndex((one) => one === value);
}
