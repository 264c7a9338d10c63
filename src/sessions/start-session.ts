import { INSERT_EVENT } from '../audit/record.js';
import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';
import type { Sql } from '../platform/database.js';
import { newId, newUnorderedId } from '../platform/ids.js';
import type { User } from '../users/user.entity.js';
import { addressesSeen } from './new-device.js';
import { hashOf, newRefreshSecret, printRefreshToken } from './refresh-secret.js';
import { amrOf, type Authentication, includesSecondFactor } from './authentication.js';
import { readSession, sessionAt, type SessionRead, type SessionRow } from './session-row.js';
import { ROLE_VERSIONS, type RoleHeld, roleVersions } from './principals.js';

declare const sufficient: unique symbol;

/**
 * What was verified, and that it suffices: no session starts without it. Only `sign-in/next-step.ts` may create it, which a test checks. A
 * way to sign in that skips that decision does not compile.
 */
export type SufficientProof = readonly Authentication[] & { readonly [sufficient]: true };

export interface Start {
  /** The user as they were when the decision was made. */
  user: User;
  proof: SufficientProof;
  /** The second factor was skipped, since the device is trusted. */
  onTrustedDevice: boolean;
  /** The identity that the user signs in with, and the provider's session. Null for any other sign-in. */
  signedInWith: { identityId: string; sid: string | null } | null;
  /** The operation, as the audit log names it. */
  action: string;
  /** Null: the user's row is locked. */
  unchanged: Unchanged | null;
}

/** What else must not have changed since the user was read without a lock, beside their security stamp. */
export interface Unchanged {
  /** Their roles: a token must not carry a role that was withdrawn since. */
  roles: RoleHeld[];
  /** The request comes from a known device. If not, an earlier session must show that it does, since the owner is notified of new devices. */
  knownDevice: boolean;
}

/**
 * Starts a session with its first refresh token and its event, in one statement. Null if something has changed since the user was read:
 * then nothing was written.
 */
export async function startSession(
  { config, clock, request }: Needs<'config' | 'clock' | 'request'>,
  sql: Sql,
  { user, proof, onTrustedDevice, signedInWith, action, unchanged }: Start,
): Promise<(SessionRead & { refreshToken: string }) | null> {
  const secret = newRefreshSecret();
  const [row] = await sql<SessionRow>('sign-in', START, [
    user.id,
    unchanged && user.securityStamp,
    clock.forDatabase(),
    newId(),
    config.sessionIdleLifetime,
    config.sessionAbsoluteLifetime,
    request.ipAddress,
    request.userAgent,
    [...new Set(proof.map(({ method }) => method))],
    amrOf(proof),
    secret.id,
    hashOf(secret),
    newUnorderedId(),
    action,
    request.id,
    unchanged && roleVersions(unchanged.roles),
    !unchanged || unchanged.knownDevice,
    includesSecondFactor(proof),
    onTrustedDevice,
    signedInWith?.identityId ?? null,
    signedInWith?.sid ?? null,
  ]);
  return row ? { ...readSession(row), refreshToken: printRefreshToken(secret) } : null;
}

const NOW = nowIn('$3');
const ABSOLUTE_EXPIRY = `${NOW} + $6::float8 * interval '1 millisecond'`;
const IDLE_EXPIRY = `${NOW} + $5::float8 * interval '1 millisecond'`;

// The lock reads the current row, so what was verified is still true at commit: each change of a user's password, factors, suspension or
// address raises their security stamp.
const START = `
with u as (
  update users u set last_login_at = ${NOW}
   where id = $1::uuid
     and ($2::int is null or security_stamp = $2)
     and ($16::text[] is null or $16 = ${ROLE_VERSIONS})
     and ($17::boolean or $7::varchar in (${addressesSeen('$1::uuid', '$8::varchar')}))
  returning id, security_stamp
), s as (
  insert into sessions (id, user_id, created_at, last_used_at, expires_at, absolute_expires_at, ip_address, user_agent,
                        refreshes_since, authentication_methods, amr, factor_verified_at, trusted_stamp, identity_id,
                        provider_sid)
  select $4::uuid, id, ${NOW}, ${NOW}, least(${IDLE_EXPIRY}, ${ABSOLUTE_EXPIRY}), ${ABSOLUTE_EXPIRY}, $7::varchar,
         $8::varchar, ${NOW}, $9::text[], $10::text[], case when $18::boolean then ${NOW} end,
         case when $19::boolean then security_stamp end, $20::uuid, $21::varchar from u
  returning *
), token as (
  insert into refresh_tokens (id, session_id, secret_hash, created_at)
  select $11::uuid, id, $12::bytea, ${NOW} from s
), event as (
  ${INSERT_EVENT}
  select $13::uuid, ${NOW}, $14::varchar, 'SUCCEEDED', null, user_id, user_id, id, $7::varchar, $8::varchar, $15::varchar
    from s
)
select ${sessionAt(NOW)} from s`;
