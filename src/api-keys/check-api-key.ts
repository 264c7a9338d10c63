import {
  API_KEY_AMR,
  type AccessTokenClaims,
  type AccessTokens,
  type IssuedAccessToken,
} from '../keys/access-token.js';
import type { Config } from '../config/config.js';
import type { Needs } from '../context.js';
import { type Clock, nowIn } from '../platform/clock.js';
import type { Sql } from '../platform/database.js';
import type { Log } from '../platform/log.js';
import { customClaims } from '../sessions/custom-claims.js';
import { permissionsOf, type PrincipalReader, type RoleHeld, type SessionPrincipal } from '../sessions/principals.js';
import { apiKeySecrets, hashOfApiKey } from './api-key-secret.js';

export interface ApiKeys {
  /** Whether the text has the form of a key, as opposed to a JWT. */
  recognises(token: string): boolean;
  /**
   * The claims with which the key acts now, or what is wrong with it. PostgreSQL is asked each time, so that nothing about a key can be
   * stale. `read` reads the user from PostgreSQL; `ipAddress` is stored as the last one that used the key.
   */
  check(
    secret: string,
    given?: { read?: PrincipalReader['read'] | undefined; ipAddress?: string | undefined },
  ): Promise<AccessTokenClaims | KeyProblem>;
  /** A short-lived JWT that acts as the key does, with all of its permissions or those in `scope`. SCOPE: the key lacks one of them. */
  exchange(
    secret: string,
    given: { scope?: string | undefined; ipAddress: string },
  ): Promise<IssuedAccessToken | KeyProblem | 'SCOPE'>;
}

type KeyProblem = 'TOKEN_INVALID' | 'API_KEY_REVOKED';

export interface ApiKeyServices {
  apiKeys: ApiKeys;
}

interface ApiKeyNeeds {
  sql: Sql;
  clock: Clock;
  log: Log;
  config: Pick<Config, 'claimProfiles' | 'claimRoleOrder' | 'claimsTemplate' | 'secondFactor'>;
  principals: PrincipalReader;
  methods: Pick<Needs<'methods'>['methods'], 'enrolled'>;
  accessTokens: Pick<AccessTokens, 'complete' | 'issue'>;
}

/** In seconds: how long others may cache the claims of a key, and how long a token that was exchanged for it lives. */
const KEY_CLAIMS_LIFETIME = 300;

export function createApiKeys({ sql, clock, log, config, principals, methods, accessTokens }: ApiKeyNeeds): ApiKeys {
  const keyStatement = statement(methods);
  /** Not awaited: it is shown to users who look at their keys, and no answer depends on it. */
  const noteUse = (id: string, ipAddress: string | undefined) => {
    sql('api-key-used', USED, [clock.forDatabase(), id, ipAddress ?? null]).catch((error: unknown) =>
      log.warn({ err: error }, 'the use of an API key was not recorded'),
    );
  };

  async function find(secret: string, { read, ipAddress }: Parameters<ApiKeys['check']>[1] & object) {
    if (!apiKeySecrets.recognises(secret)) return 'TOKEN_INVALID';
    const [key] = await sql<KeyRow>('api-key', keyStatement, [clock.forDatabase(), hashOfApiKey(secret)]);
    if (!key) return 'TOKEN_INVALID';
    const subject = { sub: key.user_id, sid: key.id, amr: [API_KEY_AMR] };
    const person = await (read ? read(subject) : principals.read(subject));
    if (!person) return 'API_KEY_REVOKED';
    // A user without the second factor that a role requires could not sign in with that role.
    const counts = ({ requiresSecondFactor }: RoleHeld) => !requiresSecondFactor && config.secondFactor !== 'required';
    const who = key.lacks_factor ? { ...person, roles: person.roles.filter(counts) } : person;
    if (key.unnoted) noteUse(key.id, ipAddress);
    return { who, lifetime: Math.min(KEY_CLAIMS_LIFETIME, key.seconds_left) };
  }

  return {
    recognises: apiKeySecrets.recognises,
    async check(secret, given = {}) {
      const found = await find(secret, given);
      if (typeof found === 'string') return found;
      return accessTokens.complete(claimsOf(config, found.who, permissionsOf(found.who)), found.lifetime);
    },
    async exchange(secret, { scope, ipAddress }) {
      const found = await find(secret, { ipAddress });
      if (typeof found === 'string') return found;
      const held = permissionsOf(found.who);
      const asked = scope?.split(' ').filter(Boolean) ?? held;
      if (!asked.every((permission) => held.includes(permission))) return 'SCOPE';
      const granted = held.filter((permission) => asked.includes(permission));
      return accessTokens.issue(claimsOf(config, found.who, granted), found.lifetime);
    },
  };
}

/**
 * No roles: a service that decides by roles would grant the key everything the user may do. `acr` is "0", as OpenID Connect Core §2 has it
 * where no user authenticated, and `auth_time` is long ago, so that no demand for a strong or a recent authentication is met (RFC 9470).
 */
function claimsOf(config: ApiKeyNeeds['config'], who: SessionPrincipal, permissions: string[]) {
  return {
    ...customClaims(config, { user: who.user, roles: [], permissions }),
    sub: who.user.id,
    sid: who.sessionId,
    scope: permissions.join(' '),
    roles: [],
    ver: [who.user.version],
    amr: [API_KEY_AMR],
    acr: '0',
    auth_time: 0,
    email_verified: who.user.emailVerifiedAt !== null,
  };
}

interface KeyRow {
  id: string;
  user_id: string;
  /** The user has no second factor. */
  lacks_factor: boolean;
  unnoted: boolean;
  seconds_left: number;
}

const NOW = nowIn('$1');

const statement = ({ enrolled }: ApiKeyNeeds['methods']) => `
select k.id, k.user_id, coalesce(k.last_used_at <= ${NOW} - interval '1 minute', true) as unnoted,
       coalesce(floor(extract(epoch from k.expires_at - ${NOW})), 1e9)::float8 as seconds_left,
       cardinality(${enrolled}) = 0 as lacks_factor
  from api_keys k join users u on u.id = k.user_id where k.secret_hash = $2::bytea`;

// Checked again: of many concurrent requests, one writes.
const USED = `
update api_keys set last_used_at = ${NOW}, last_used_ip_address = $3::varchar
 where id = $2::uuid and coalesce(last_used_at <= ${NOW} - interval '1 minute', true)`;
