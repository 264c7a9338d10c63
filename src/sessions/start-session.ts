import { INSERT_EVENT } from '../audit/record.js';
import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';
import type { Sql } from '../platform/database.js';
import { newId, newUnorderedId } from '../platform/ids.js';
import type { User } from '../users/user.entity.js';
import { addressesSeen } from './new-device.js';
import { hashOf, newRefreshSecret, printRefreshToken } from './refresh-secret.js';
import type { AuthenticationMethod, Session } from './session.entity.js';
import { readSession, SESSION, type SessionRow } from './session-row.js';
import { ROLE_VERSIONS, type RoleHeld, roleVersions } from './principals.js';

interface Start {
  /** As they were when it was decided that they may. */
  user: User;
  methods: AuthenticationMethod[];
  /** The operation, as the audit log names it. */
  action: string;
  /** The password that was compared is still theirs: since when they have it. Null where none was. */
  passwordSince: Date | null;
  /** Where they were read some time ago, and not locked since. */
  unchanged: Unchanged | null;
}

export interface Unchanged {
  /** The roles they hold: a token must not carry what was withdrawn since. */
  roles: RoleHeld[];
  /** The request comes from a known device. If not, an earlier session must show that it does: the owner is told of new devices. */
  knownDevice: boolean;
}

/**
 * A new session, its first refresh token and its event, in one statement. Null where something has changed since the person
 * was read: then nothing was written. Only `completeSignIn` may call it.
 */
export async function startSession(
  { config, clock, request }: Needs<'config' | 'clock' | 'request'>,
  sql: Sql,
  { user, methods, action, passwordSince, unchanged }: Start,
): Promise<{ session: Session; refreshToken: string } | null> {
  const secret = newRefreshSecret();
  const [row] = await sql<SessionRow>('sign-in', START, [
    user.id,
    user.version,
    config.emailVerification !== 'required',
    passwordSince,
    clock.forDatabase(),
    newId(),
    config.sessionIdleLifetime,
    config.sessionAbsoluteLifetime,
    request.ipAddress,
    request.userAgent,
    methods,
    secret.id,
    hashOf(secret),
    newUnorderedId(),
    action,
    request.id,
    unchanged && roleVersions(unchanged.roles),
    !unchanged || unchanged.knownDevice,
  ]);
  return row ? { session: readSession(row), refreshToken: printRefreshToken(secret) } : null;
}

const NOW = nowIn('$5');
const ABSOLUTE_EXPIRY = `${NOW} + $8::float8 * interval '1 millisecond'`;
const IDLE_EXPIRY = `${NOW} + $7::float8 * interval '1 millisecond'`;

// The person is locked first and the password then, as everywhere that credentials or suspension change, and each lock reads
// what is true now: what was verified is still true at commit. JavaScript's times end at the millisecond.
const START = `
with person as (
  select id from users u
   where id = $1::uuid and version = $2::int and deleted_at is null and suspended_at is null
     and ($3::boolean or email_verified_at is not null)
     and ($17::text[] is null or $17 = ${ROLE_VERSIONS})
     and ($18::boolean or $9::varchar in (${addressesSeen('$1::uuid', '$10::varchar')}))
     for no key update
), password as (
  select from passwords
   where user_id = (select id from person) and date_trunc('milliseconds', changed_at) = $4::timestamptz
     for share
), u as (
  update users set last_login_at = ${NOW}
   where id = (select id from person) and ($4::timestamptz is null or exists (select from password))
  returning id
), s as (
  insert into sessions (id, user_id, created_at, last_used_at, expires_at, absolute_expires_at, ip_address, user_agent,
                        refreshes_since, authentication_methods)
  select $6::uuid, id, ${NOW}, ${NOW}, least(${IDLE_EXPIRY}, ${ABSOLUTE_EXPIRY}), ${ABSOLUTE_EXPIRY}, $9::varchar,
         $10::varchar, ${NOW}, $11::text[] from u
  returning *
), token as (
  insert into refresh_tokens (id, session_id, secret_hash, created_at)
  select $12::uuid, id, $13::bytea, ${NOW} from s
), event as (
  ${INSERT_EVENT}
  select $14::uuid, ${NOW}, $15::varchar, 'SUCCEEDED', null, user_id, user_id, id, $9::varchar, $10::varchar, $16::varchar
    from s
)
select ${SESSION} from s`;
