import { detailsInSql } from '../audit/details.js';
import { INSERT_DETAILED_EVENT } from '../audit/record.js';
import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';
import { newUnorderedId } from '../platform/ids.js';
import { FACTOR_MET, factorRequired } from './factor-met.js';
import { hashOf, printRefreshToken, type RefreshSecret, successorOf } from './refresh-secret.js';
import { readSession, sessionAt, type SessionRow } from './session-row.js';
import type { Granted } from './signed-in.js';
import { USER_WITH_ROLES, type UserWithRolesRow, readUserWithRoles } from './principals.js';

export type RotateNeeds = Needs<'sql' | 'config' | 'clock' | 'keys' | 'request'>;

/**
 * The usual case, in one guarded statement: the token is marked as used, its child is created, the session is extended. Null if the token
 * was used before, the session has ended or lacks a second factor, or its limit is reached: then nothing was written.
 */
export async function rotate(ctx: RotateNeeds, token: RefreshSecret): Promise<Granted | null> {
  const child = successorOf(ctx.keys.secretFor('refresh'), token, newUnorderedId());
  const params = [...windowOf(ctx), token.id, hashOf(token), ...rotationOf(ctx, child)];
  const [row] = await ctx.sql<GrantedRow>('refresh', ROTATE, params);
  return row ? granted(row, child) : null;
}

/**
 * `asked` came late, although `head` was issued for it: the answer with `head` was lost, or a thief has it. So `head` is superseded, by the
 * same statement and under the same guards: of two concurrent late requests, one creates the new child, and a head that is being exchanged
 * is not superseded as well.
 */
export async function reissue(
  ctx: RotateNeeds,
  { asked, head, hash }: { asked: RefreshSecret; head: RefreshSecret; hash: Buffer },
): Promise<Granted | null> {
  const child = successorOf(ctx.keys.secretFor('refresh'), head, newUnorderedId());
  const rotation = [...windowOf(ctx), head.id, hash, ...rotationOf(ctx, child)];
  const params = [...rotation, asked.id, newUnorderedId(), ctx.request.id];
  const [row] = await ctx.sql<GrantedRow>('refresh-reissue', REISSUE, params);
  return row ? granted(row, child) : null;
}

/** Returns the head of the chain again. Counts it among the session's refreshes, so that repetitions are limited too. */
export async function repeat(ctx: RotateNeeds, sessionId: string, head: RefreshSecret): Promise<Granted | null> {
  const { ipAddress, userAgent, id } = ctx.request;
  const params = [...windowOf(ctx), sessionId, ipAddress, userAgent, newUnorderedId(), id, factorRequired(ctx)];
  const [row] = await ctx.sql<GrantedRow>('refresh-repeat', REPEAT, params);
  return row ? granted(row, head) : null;
}

/** The first parameters of every statement here. */
export function windowOf({ clock, config }: Needs<'clock' | 'config'>): [Date | null, number, number] {
  const { points, period } = config.limits.refreshes;
  return [clock.forDatabase(), period, Math.ceil(points * config.limitsFactor)];
}

export const NOW = nowIn('$1');
const milliseconds = (place: string) => `${place}::float8 * interval '1 millisecond'`;
/** The end of the window in which the session's refreshes are counted. */
export const WINDOW_END = `s.refreshes_since + ${milliseconds('$2')}`;
export const HAS_ROOM = `(${WINDOW_END} < ${NOW} or s.refreshes < $3::int)`;

interface GrantedRow extends UserWithRolesRow, SessionRow {}

function rotationOf({ config, request }: RotateNeeds, child: RefreshSecret) {
  const { ipAddress, userAgent } = request;
  return [child.id, hashOf(child), config.sessionIdleLifetime, ipAddress, userAgent, factorRequired({ config })];
}

function granted(row: GrantedRow, token: RefreshSecret): Granted {
  return { ...readUserWithRoles(row), ...readSession(row), refreshToken: printRefreshToken(token) };
}

const COUNTED = `
  refreshes = case when ${WINDOW_END} < ${NOW} then 1 else s.refreshes + 1 end,
  refreshes_since = case when ${WINDOW_END} < ${NOW} then ${NOW} else s.refreshes_since end`;

const LIVE = `s.ended_at is null and s.expires_at > ${NOW}`;
const MAY_SIGN_IN = 'u.deleted_at is null and u.suspended_at is null';
const GRANTED = `
select ${sessionAt(NOW)}, ${USER_WITH_ROLES} from s join users u on u.id = s.user_id and ${MAY_SIGN_IN}`;

// The token is locked first, then the session. Statements that end a session lock no token, so that there is no deadlock; the session is
// checked again once it is locked.
const rotation = (superseding: boolean) => `
with spent as (
  update refresh_tokens rt set used_at = ${NOW}${superseding ? ', superseded = true' : ''}
    from sessions s join users u on u.id = s.user_id and ${MAY_SIGN_IN}
   where rt.id = $4::uuid and rt.secret_hash = $5::bytea and rt.used_at is null
     and s.id = rt.session_id and ${LIVE} and ${HAS_ROOM} and ${FACTOR_MET('$11')}
  returning rt.id, rt.session_id
), child as (
  insert into refresh_tokens (id, session_id, parent_id, secret_hash, created_at)
  select $6::uuid, session_id, id, $7::bytea, ${NOW} from spent
  returning session_id
), s as (
  update sessions s
     set last_used_at = ${NOW}, expires_at = least(s.absolute_expires_at, ${NOW} + ${milliseconds('$8')}),
         ip_address = $9::varchar, user_agent = $10::varchar,${COUNTED}
    from child where s.id = child.session_id and s.ended_at is null
  returning s.*
)`;

const event = (reissued: boolean, [id, ipAddress, userAgent, requestId]: [string, string, string, string]) => `
, event as (
  ${INSERT_DETAILED_EVENT}
  select ${id}::uuid, ${NOW}, 'refresh', 'SUCCEEDED', null, s.user_id, s.user_id, s.id, ${ipAddress}::varchar,
         ${userAgent}::varchar, ${requestId}::varchar, ${detailsInSql('refresh', { reissued: `${reissued}` })} from s
)`;

const ROTATE = `${rotation(false)}${GRANTED}`;

// `asked` counts as used now: its grace period begins anew, so that a second late request gets the same child.
const REISSUE = `${rotation(true)}
, asked as (
  update refresh_tokens rt set used_at = ${NOW} from spent where rt.id = $12::uuid and rt.session_id = spent.session_id
)${event(true, ['$13', '$9', '$10', '$14'])}${GRANTED}`;

const REPEAT = `
with s as (
  update sessions s set ${COUNTED}
    from users u
   where s.id = $4::uuid and u.id = s.user_id and ${LIVE} and ${HAS_ROOM} and ${MAY_SIGN_IN} and ${FACTOR_MET('$9')}
  returning s.*
)${event(false, ['$7', '$5', '$6', '$8'])}${GRANTED}`;
