import { Refusal } from '../errors.js';

/** The part of a verified access token's claims that decides whether it can have been revoked. */
export interface RevocationClaims {
  sub: string;
  sid: string;
  jti: string;
  roles: string[];
  /** The user's version, then one of each role, in the order of `roles`. */
  ver: number[];
}

/** Asks PostgreSQL (the primary, never a replica): true while the token may be trusted. */
export type Truth = (claims: RevocationClaims) => Promise<boolean>;

export interface RevocationServices {
  revocations: Revocations;
}

/**
 * A cache in front of PostgreSQL, which has the truth. Call each `deny…` after PostgreSQL has committed; it resolves when no replica
 * accepts the tokens any more, and never rejects.
 */
export interface Revocations {
  /**
   * Whether this token may still be trusted. A deny entry decides at once; a live entry, at most a second old, admits the token; everything
   * else asks `truth`. Throws `SERVICE_UNAVAILABLE` if PostgreSQL cannot be asked: it fails closed.
   */
  isLive(claims: RevocationClaims, truth: Truth): Promise<boolean>;
  /**
   * Only whether a deny entry exists: for an operation whose own statement asks PostgreSQL the rest. Never throws, and returns false if
   * nothing is known.
   */
  isDenied(claims: RevocationClaims): Promise<boolean>;
  denySession(userId: string, sessionId: string): Promise<void>;
  denySessions(userId: string, sessionIds: readonly string[]): Promise<void>;
  /** Denies the user's tokens whose `ver[0]` is below `version`. */
  denyUser(userId: string, version: number): Promise<void>;
  denyToken(userId: string, jti: string): Promise<void>;
  /** Call it when the role's version has changed: one write, however many users hold the role. */
  denyRoles(roleName: string): Promise<void>;
}

/** How long a live entry is trusted, in milliseconds. */
export const LIVE_FOR = 1000;

/** Deny entries outlive the tokens they deny, because of the leeway in `exp` and of clocks that differ. Milliseconds. */
export const DENY_MARGIN = 120_000;

export async function askTruth(claims: RevocationClaims, truth: Truth): Promise<boolean> {
  try {
    return await truth(claims);
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw new Refusal('SERVICE_UNAVAILABLE', {
      retryAfter: 1,
      detail: 'revocations: PostgreSQL did not answer',
      cause,
    });
  }
}
