import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose';
import { GuardError } from './guard-error.js';
import { type AccessTokenClaims, type Identity, identityOf } from './identity.js';
import { type Fetch, RevocationReader } from './revocation-reader.js';

export { GuardError, type GuardErrorCode } from './guard-error.js';
export { type AccessTokenClaims, type Identity, requireIdentity, requireRecentAuth, requireScope } from './identity.js';

export interface GuardOptions {
  /** PUBLIC_URL of the gateway: the `iss` of its tokens. */
  issuer: string;
  /** TOKEN_AUDIENCE of the gateway; the issuer unless given. */
  audience?: string | string[];
  /** The name and the secret of this service, as in RESOURCE_SERVERS of the gateway; or client id and secret of a service account with `tokens:introspect`. */
  service: { name: string; secret: string };
  /** Where this service reaches the gateway, if not at the issuer: `http://sallyport:4000`. */
  gateway?: string;
  /**
   * What happens while the feed of revocations is silent. `introspect`: each token is introspected at the gateway. `refuse`: every token is
   * refused with SERVICE_UNAVAILABLE. `introspect` unless given.
   */
  whenStale?: 'introspect' | 'refuse';
  /** Seconds by which clocks may differ; 5 unless given, 60 at most. */
  leeway?: number;
  /** Hears why the feed cannot be read. */
  onTrouble?(error: Error): void;
  fetch?: Fetch;
}

export interface Guard {
  /** Who has sent a request with this header Authorization; null if it has no bearer token. Throws a GuardError. */
  authenticate(authorization: string | null | undefined): Promise<Identity | null>;
  /** The same of the token itself. */
  verify(token: string): Promise<Identity>;
  /** Resolves once all revocations are known. Tokens can be verified before. */
  ready(): Promise<void>;
  close(): void;
}

const ALGORITHMS = ['ES256', 'RS256'];
const REQUIRED = ['sub', 'sid', 'jti', 'exp', 'scope', 'roles', 'ver', 'amr', 'auth_time'];
const INTROSPECTION_PATIENCE = 3_000;
/** The feed tells of a revocation until two minutes after the last token has expired that it is about: then it would be accepted again. */
const MAX_LEEWAY = 60;

/** Verifies access tokens of the gateway, and knows which have been revoked. One for each process. */
export function createGuard(options: GuardOptions): Guard {
  const { audience = options.issuer, whenStale = 'introspect', leeway = 5, onTrouble = () => {} } = options;
  if (!(leeway >= 0 && leeway <= MAX_LEEWAY)) throw new TypeError(`leeway: write 0 to ${MAX_LEEWAY} seconds`);
  const issuer = options.issuer.replace(/\/+$/, '');
  const gateway = (options.gateway ?? issuer).replace(/\/+$/, '');
  const fetch = options.fetch ?? globalThis.fetch;
  const { name, secret } = options.service;
  const authorization = `Basic ${btoa(`${name}:${secret}`)}`;
  const keys = createRemoteJWKSet(new URL(`${gateway}/.well-known/jwks.json`), { [customFetch]: fetch });
  const revocations = new RevocationReader({ url: `${gateway}/revocations`, authorization, fetch, onTrouble });

  async function claimsOf(token: string): Promise<AccessTokenClaims> {
    try {
      const checks = { issuer, audience, algorithms: ALGORITHMS, typ: 'at+jwt', clockTolerance: leeway };
      const { payload } = await jwtVerify(token, keys, { ...checks, requiredClaims: REQUIRED });
      return payload as unknown as AccessTokenClaims;
    } catch (cause) {
      if (cause instanceof errors.JWTExpired) throw new GuardError('TOKEN_EXPIRED', { cause });
      // The keys could not be fetched, which says nothing about the token.
      const unreachable = !(cause instanceof errors.JOSEError) || cause instanceof errors.JWKSTimeout;
      throw new GuardError(unreachable ? 'SERVICE_UNAVAILABLE' : 'TOKEN_INVALID', { cause });
    }
  }

  /** RFC 7662. */
  async function introspect(token: string): Promise<boolean> {
    try {
      const answer = await fetch(`${gateway}/oauth/introspect`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ token }).toString(),
        redirect: 'error',
        signal: AbortSignal.timeout(INTROSPECTION_PATIENCE),
      });
      if (!answer.ok) throw new Error(`${gateway}/oauth/introspect answered ${answer.status}`);
      return ((await answer.json()) as { active: unknown }).active === true;
    } catch (cause) {
      throw new GuardError('SERVICE_UNAVAILABLE', { cause });
    }
  }

  async function verify(token: string): Promise<Identity> {
    const claims = await claimsOf(token);
    if (revocations.knows(claims)) throw new GuardError('TOKEN_REVOKED');
    if (!revocations.isCurrent()) {
      if (whenStale === 'refuse') throw new GuardError('SERVICE_UNAVAILABLE');
      if (!(await introspect(token))) throw new GuardError('TOKEN_REVOKED');
    }
    return identityOf(claims);
  }

  return {
    verify,
    async authenticate(header) {
      if (!header || !/^bearer/i.test(header)) return null;
      const [, token] = /^bearer +(\S+) *$/i.exec(header) ?? [];
      if (token === undefined) throw new GuardError('TOKEN_INVALID');
      return verify(token);
    },
    ready: () => revocations.whenCurrent(),
    close: () => revocations.close(),
  };
}
