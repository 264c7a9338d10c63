import { GuardError } from './guard-error.js';

/** The claims of an access token: docs/verifying-tokens.md of the gateway. Times are seconds since 1970. */
export interface AccessTokenClaims {
  iss: string;
  aud: string | string[];
  sub: string;
  sid: string;
  jti: string;
  iat: number;
  exp: number;
  /** Equal to `sub` in tokens of service accounts alone (RFC 9068 §2.2). */
  client_id?: string;
  scope: string;
  roles: string[];
  ver: number[];
  amr: string[];
  acr?: string;
  auth_time: number;
  email_verified: boolean;
  /** The administrator who acts as the user (RFC 8693 §4.1). */
  act?: { sub: string };
}

/** Who has sent the request. */
export interface Identity {
  /** The `sub` of the token: of a service account its id, which is no user's. */
  userId: string;
  /** The service account that has sent the request; null if a user has. */
  serviceAccountId: string | null;
  sessionId: string;
  permissions: ReadonlySet<string>;
  roles: readonly string[];
  /** The administrator who acts as the user; null if there is none. */
  impersonatorId: string | null;
  claims: AccessTokenClaims;
}

export function identityOf(claims: AccessTokenClaims): Identity {
  const { sub: userId, sid: sessionId, client_id, roles, scope, act } = claims;
  const permissions = new Set(scope.split(' ').filter(Boolean));
  const serviceAccountId = client_id === userId ? userId : null;
  return { userId, serviceAccountId, impersonatorId: act?.sub ?? null, sessionId, roles, permissions, claims };
}

/** Throws UNAUTHENTICATED for a request without a token. */
export function requireIdentity(identity: Identity | null | undefined): Identity {
  if (!identity) throw new GuardError('UNAUTHENTICATED');
  return identity;
}

/** Throws FORBIDDEN unless all of these permissions are granted. */
export function requireScope(identity: Identity | null | undefined, ...permissions: string[]): Identity {
  const known = requireIdentity(identity);
  if (permissions.every((permission) => known.permissions.has(permission))) return known;
  const scope = permissions.join(' ');
  throw new GuardError('FORBIDDEN', {
    challenge: { error: 'insufficient_scope', scope },
    extensions: { permissions },
  });
}

/** From the weakest to the strongest. */
const ACR = ['urn:sallyport:acr:1', 'urn:sallyport:acr:2', 'phr'];

/**
 * Throws REAUTHENTICATION_REQUIRED unless the user has authenticated within `maxAge` seconds, and as strongly as the weakest of
 * `acrValues` (RFC 9470). The client then calls `requestReauthentication` of the gateway and repeats the request.
 */
export function requireRecentAuth(
  identity: Identity | null | undefined,
  { maxAge, acrValues }: { maxAge?: number; acrValues?: readonly string[] },
): Identity {
  const known = requireIdentity(identity);
  const unknown = acrValues?.find((acr) => !ACR.includes(acr));
  if (unknown !== undefined) throw new TypeError(`requireRecentAuth: ${unknown} is none of ${ACR.join(', ')}`);
  const { acr, auth_time } = known.claims;
  const old = maxAge !== undefined && Date.now() / 1000 - auth_time > maxAge;
  const weak =
    acrValues !== undefined && ACR.indexOf(acr ?? '') < Math.min(...acrValues.map((one) => ACR.indexOf(one)));
  if (!old && !weak) return known;
  throw new GuardError('REAUTHENTICATION_REQUIRED', {
    challenge: {
      error: 'insufficient_user_authentication',
      ...(acrValues && { acr_values: acrValues.join(' ') }),
      ...(maxAge !== undefined && { max_age: `${maxAge}` }),
    },
    extensions: { ...(acrValues && { acrValues }), ...(maxAge !== undefined && { maxAge }) },
  });
}
