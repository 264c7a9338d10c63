import jwt, { type VerifyOptions } from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';
import type { Config } from '../config/config.js';
import type { Clock } from '../platform/clock.js';
import { isId, newUnorderedId } from '../platform/ids.js';
import { isObject } from '../platform/is-object.js';
import type { KeyRing } from './key-ring.js';
import type { VerificationKey } from './verification-key.js';

/** The amr claim of an API key that acts for its user: not a value of RFC 8176, since no user authenticated. */
export const API_KEY_AMR = 'api_key';

/** Whether it is a token of a service account: the client is its own subject (RFC 9068 §2.2). */
export function isOfMachine({ client_id, sub }: Pick<AccessTokenClaims, 'client_id' | 'sub'>): boolean {
  return client_id === sub;
}

/** The claims of an access token (RFC 9068). Times are seconds since 1970. */
export interface AccessTokenClaims {
  iss: string;
  aud: string;
  sub: string;
  /** The session, or the API key or service account secret that the token was issued for. */
  sid: string;
  jti: string;
  iat: number;
  exp: number;
  /** RFC 9068 §2.2: FIRST_PARTY, or the id of a service account. Tokens of earlier versions have none. */
  client_id?: string;
  /** Space-separated permissions. */
  scope: string;
  roles: string[];
  /**
   * The version of the user's rights and, in the order of `roles`, of each role. A token whose versions are not the current ones is
   * invalid. Counters and not times, since replicas' clocks differ, and two changes may happen in one second.
   */
  ver: number[];
  /** RFC 8176. */
  amr: string[];
  /** How strongly the user authenticated: see sessions/authentication.ts. Tokens of earlier versions have none. */
  acr?: string;
  /** When the user last authenticated; a refresh does not move it (RFC 9470). */
  auth_time: number;
  email_verified: boolean;
  /** The administrator who acts as the user (RFC 8693 §4.1): docs/impersonation.md. */
  act?: { sub: string };
}

export type TokenProblem = 'TOKEN_INVALID' | 'TOKEN_EXPIRED';

export interface IssuedAccessToken {
  accessToken: string;
  claims: AccessTokenClaims;
  expiresAt: Date;
}

type GivenClaims = Omit<AccessTokenClaims, 'iss' | 'aud' | 'jti' | 'iat' | 'exp'>;

export interface AccessTokens {
  /**
   * `longest`, in seconds: no token outlives its session or its API key. Verifiers that use the published keys alone learn of that end from
   * nothing else.
   */
  issue(claims: GivenClaims, longest?: number): IssuedAccessToken;
  /** The claims that a token with this lifetime would have, without issuing it. */
  complete(claims: GivenClaims, seconds: number): AccessTokenClaims;
  /** The claims of one of our tokens, or what is wrong with it. Does not check revocation. */
  verify(token: string): Promise<AccessTokenClaims | TokenProblem>;
  /** The same for the claims of a token whose signature another verifier has checked, such as a router. */
  verifyClaims(claims: unknown): AccessTokenClaims | TokenProblem;
  /** The user id in one of our tokens, expired or not; null for anything else. */
  userIdOf(token: string): string | null;
}

type AccessTokenSettings = Pick<Config, 'publicUrl' | 'tokenAudience' | 'accessTokenLifetime'>;

/** The client_id of sign-ins at this server, which belong to no OAuth client. */
const FIRST_PARTY = 'sallyport';
/** Longer strings cannot be tokens of this server: they are refused before they are parsed. */
const MAX_TOKEN_LENGTH = 16_384;
const REMEMBERED_TOKENS = 10_000;

export function createAccessTokens(ring: KeyRing, settings: AccessTokenSettings, clock: Clock): AccessTokens {
  const lifetime = Math.floor(settings.accessTokenLifetime / 1000);
  const seconds = () => Math.floor(clock.now().getTime() / 1000);
  // A signature is checked once per process, not once per request. The key is the whole token: a changed bit is another entry. Blocklist
  // and signing key are checked every time, so the cache keeps no token valid.
  const verified = new LRUCache<string, Verified>({ max: REMEMBERED_TOKENS });
  const remembered = (token: string) => {
    const known = verified.get(token);
    return known && ring.trusted(known.kid) ? known.claims : undefined;
  };

  const complete = (given: GivenClaims, livesFor: number) => {
    const iat = seconds();
    const { publicUrl: iss, tokenAudience: aud } = settings;
    return { iss, aud, jti: newUnorderedId(), iat, exp: iat + livesFor, client_id: FIRST_PARTY, ...given };
  };

  return {
    complete,
    issue(given, longest = lifetime) {
      const claims = complete(given, Math.max(1, Math.min(lifetime, longest)));
      const signing = ring.signing();
      const accessToken = jwt.sign(claims, signing.privateKey, {
        algorithm: signing.algorithm,
        keyid: signing.kid,
        header: { alg: signing.algorithm, typ: 'at+jwt' },
      });
      // A token that was just signed here needs no check when it is presented.
      verified.set(accessToken, { kid: signing.kid, claims });
      return { accessToken, claims, expiresAt: new Date(claims.exp * 1000) };
    },

    async verify(token) {
      const known = remembered(token);
      if (known) return known.exp > seconds() ? known : 'TOKEN_EXPIRED';
      const kid = kidOf(token);
      if (kid === null) return 'TOKEN_INVALID';
      await ring.lookFor(kid);
      const claims = check(token, ring.trusted(kid), settings, { clockTimestamp: seconds() });
      if (typeof claims === 'object') verified.set(token, { kid, claims });
      return claims;
    },

    verifyClaims(claims) {
      if (!isAccessToken(claims, settings)) return 'TOKEN_INVALID';
      return claims.exp > seconds() ? claims : 'TOKEN_EXPIRED';
    },

    userIdOf(token) {
      const claims =
        remembered(token) ?? check(token, ring.trusted(kidOf(token) ?? ''), settings, { ignoreExpiration: true });
      return typeof claims === 'object' ? claims.sub : null;
    },
  };
}

interface Verified {
  kid: string;
  claims: AccessTokenClaims;
}

function check(
  token: string,
  key: VerificationKey | undefined,
  settings: AccessTokenSettings,
  time: Pick<VerifyOptions, 'clockTimestamp' | 'ignoreExpiration'>,
): AccessTokenClaims | TokenProblem {
  if (!key || !isCanonical(token)) return 'TOKEN_INVALID';
  try {
    const claims = jwt.verify(token, key.publicKey, {
      algorithms: [key.algorithm],
      issuer: settings.publicUrl,
      audience: settings.tokenAudience,
      ...time,
    });
    return isAccessToken(claims, settings) ? claims : 'TOKEN_INVALID';
  } catch (error) {
    return error instanceof jwt.TokenExpiredError ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID';
  }
}

/**
 * RFC 8725 §3.1: key and algorithm are ours to choose. The kid is only looked up, by exact string, among trusted keys; jwk, jku, x5c and
 * alg of the token are never used, and an unknown crit (RFC 7515 §4.1.11) refuses. Null for anything that cannot be one of our tokens.
 */
function kidOf(token: string): string | null {
  if (token.length > MAX_TOKEN_LENGTH) return null;
  const header = headerOf(token);
  if (!header || header.typ !== 'at+jwt' || 'crit' in header || 'b64' in header) return null;
  return typeof header.kid === 'string' ? header.kid : null;
}

function headerOf(token: string): Record<string, unknown> | null {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString('utf8'));
    return isObject(header) ? header : null;
  } catch {
    return null;
  }
}

/** Decoding drops the last bits of base64url: without this one signature has several spellings (RFC 4648 §3.5). */
function isCanonical(token: string): boolean {
  const signature = token.slice(token.lastIndexOf('.') + 1);
  return Buffer.from(signature, 'base64url').toString('base64url') === signature;
}

/** Our signature is not enough: the token must have exactly the claims we issue, with exactly their types (RFC 8725 §3.11). */
function isAccessToken(
  claims: unknown,
  { publicUrl, tokenAudience }: AccessTokenSettings,
): claims is AccessTokenClaims {
  if (!isObject(claims)) return false;
  const { iss, aud, sub, sid, jti, iat, exp, scope, roles, ver, nbf, act } = claims;
  const ids = [sub, sid, jti].every((id) => typeof id === 'string' && isId(id));
  const times = Number.isInteger(iat) && Number.isInteger(exp) && (exp as number) - (iat as number) <= 3600;
  const rights =
    typeof scope === 'string' &&
    isListOf(roles, 'string') &&
    isListOf(ver, 'number') &&
    ver.length === roles.length + 1;
  return iss === publicUrl && aud === tokenAudience && ids && times && rights && nbf === undefined && isActor(act);
}

/** Absent, or exactly the id of one actor: an unreadable claim must not pass for the user themself. */
function isActor(act: unknown): boolean {
  if (act === undefined) return true;
  return isObject(act) && typeof act['sub'] === 'string' && isId(act['sub']);
}

function isListOf(value: unknown, type: 'string' | 'number'): value is unknown[] {
  return Array.isArray(value) && value.every((item) => typeof item === type);
}
