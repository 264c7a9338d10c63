import { INSERT_EVENT } from '../audit/record.js';
import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { secondsUntil } from '../platform/clock.js';
import { newUnorderedId } from '../platform/ids.js';
import { REFRESHES } from '../platform/limit-policies.js';
import { endStolenSession } from './end-stolen-session.js';
import { hashOf, parseRefreshToken, printRefreshToken, type RefreshSecret, successorOf } from './refresh-secret.js';
import { tokenOfCookie } from './refresh-cookie.js';
import type { Session } from './session.entity.js';
import type { RefreshInput } from './sessions.input.js';
import { type Granted, handOver, type SignedIn, TokenDelivery } from './signed-in.js';
import { dateOf, PERSON, type PersonRow, readPerson } from './who.js';

type RefreshNeeds = Needs<
  | 'sql'
  | 'em'
  | 'config'
  | 'clock'
  | 'keys'
  | 'request'
  | 'log'
  | 'metrics'
  | 'limits'
  | 'revocations'
  | 'jobs'
  | 'mailKey'
  | 'actAs'
  | 'setRefreshCookie'
  | 'bearerUserId'
  | 'loaders'
>;

/** Trades a refresh token for its successor. Idempotent within the grace period; a later replay ends the session. */
export async function refresh(ctx: RefreshNeeds, input: RefreshInput | null): Promise<SignedIn> {
  const token = input?.refreshToken ?? (await tokenOfCookie(ctx));
  const delivery = input?.refreshToken ? TokenDelivery.BODY : TokenDelivery.COOKIE;
  const parent = token ? parseRefreshToken(token) : null;
  if (!token) {
    throw new Refusal('REFRESH_TOKEN_INVALID', {
      message: 'No refresh token came with the request, neither in its input nor as a cookie.',
    });
  }
  try {
    if (!parent) throw new Refusal('REFRESH_TOKEN_INVALID');
    const granted = (await rotate(ctx, parent)) ?? (await answerUnusual(ctx, parent));
    return handOver(ctx, granted, delivery);
  } catch (error) {
    // A dead cookie would be sent, and refused, for ever.
    if (delivery === TokenDelivery.COOKIE && error instanceof Refusal && !error.extensions.retryAfter)
      ctx.setRefreshCookie(null);
    throw error;
  }
}

/** The usual case in one guarded statement: the parent is marked used, the child made, the session moved on, the event kept. */
async function rotate(
  { sql, config, clock, keys, request }: RefreshNeeds,
  parent: RefreshSecret,
): Promise<Granted | null> {
  const now = clock.now();
  const child = { id: newUnorderedId(), secret: successorOf(keys.secretFor('refresh'), parent) };
  const [row] = await sql<GrantedRow>('refresh', ROTATE, [
    parent.id,
    hashOf(parent),
    now,
    child.id,
    hashOf(child),
    new Date(now.getTime() + config.sessionIdleLifetime),
    new Date(now.getTime() - REFRESHES.period),
    limitOf(config),
    newUnorderedId(),
    request.ipAddress,
    request.userAgent,
    request.id,
  ]);
  return row ? granted(row, child) : null;
}

/** The parent was used before, or is no good: a second tab, a lost answer, a thief, or nothing of ours. */
async function answerUnusual(ctx: RefreshNeeds, parent: RefreshSecret): Promise<Granted> {
  const { sql, config, clock, keys } = ctx;
  const now = clock.now();
  const [row] = await sql<UnusualRow>('refresh-unusual', UNUSUAL, [parent.id, hashOf(parent)]);
  const dead = !row || row.ended_at || row.expires_at <= now || row.deleted_at || row.suspended_at;
  if (dead) throw new Refusal('REFRESH_TOKEN_INVALID', { subject: row?.person.id });
  if (!row.used_at) {
    const retryAfter = secondsUntil(clock, new Date(row.refreshes_since.getTime() + REFRESHES.period));
    throw new Refusal('RATE_LIMITED', { retryAfter, subject: row.person.id });
  }
  const inGrace = now.getTime() - row.used_at.getTime() <= config.refreshGrace;
  if (!inGrace || !row.child_id || row.child_used_at) {
    await endStolenSession(ctx, { userId: row.person.id, sessionId: row.session.id });
    throw new Refusal('REFRESH_TOKEN_REUSED', { subject: row.person.id });
  }
  return granted(row, { id: row.child_id, secret: successorOf(keys.secretFor('refresh'), parent) });
}

function limitOf({ limitsFactor }: RefreshNeeds['config']): number {
  return Math.ceil(REFRESHES.points * limitsFactor);
}

interface GrantedRow extends PersonRow {
  session: Pick<Session, 'id' | 'ipAddress' | 'userAgent' | 'authenticationMethods'> &
    Record<'createdAt' | 'lastUsedAt' | 'expiresAt', string>;
}

interface UnusualRow extends GrantedRow {
  ended_at: Date | null;
  expires_at: Date;
  deleted_at: Date | null;
  suspended_at: Date | null;
  used_at: Date | null;
  refreshes_since: Date;
  child_id: string | null;
  child_used_at: Date | null;
}

function granted(row: GrantedRow, child: RefreshSecret): Granted {
  const session = {
    ...row.session,
    createdAt: dateOf(row.session.createdAt),
    lastUsedAt: dateOf(row.session.lastUsedAt),
    expiresAt: dateOf(row.session.expiresAt),
  } as Session;
  return { ...readPerson(row), session, refreshToken: printRefreshToken(child) };
}

const SESSION = `
  json_build_object('id', s.id, 'createdAt', s.created_at, 'lastUsedAt', s.last_used_at, 'expiresAt', s.expires_at,
    'ipAddress', s.ip_address, 'userAgent', s.user_agent, 'authenticationMethods', s.authentication_methods) as session`;

const ROTATE = `
with parent as (
  update refresh_tokens rt set used_at = $3::timestamptz
    from sessions s join users u on u.id = s.user_id and u.deleted_at is null and u.suspended_at is null
   where rt.id = $1::uuid and rt.secret_hash = $2::bytea and rt.used_at is null
     and s.id = rt.session_id and s.ended_at is null and s.expires_at > $3::timestamptz
     and (s.refreshes_since < $7::timestamptz or s.refreshes < $8::int)
  returning rt.id, rt.session_id
), child as (
  insert into refresh_tokens (id, session_id, parent_id, secret_hash, created_at)
  select $4::uuid, session_id, id, $5::bytea, $3::timestamptz from parent
  returning session_id
), s as (
  update sessions s
     set last_used_at = $3::timestamptz, expires_at = least(s.absolute_expires_at, $6::timestamptz),
         ip_address = $10::varchar, user_agent = $11::varchar,
         refreshes = case when s.refreshes_since < $7::timestamptz then 1 else s.refreshes + 1 end,
         refreshes_since = case when s.refreshes_since < $7::timestamptz then $3::timestamptz else s.refreshes_since end
    from child where s.id = child.session_id
  returning s.*
), event as (
  ${INSERT_EVENT}
  select $9::uuid, $3::timestamptz, 'refresh', 'SUCCEEDED', null, s.user_id, s.user_id, s.id, $10::varchar, $11::varchar, $12::varchar from s
)
select ${SESSION}, ${PERSON} from s join users u on u.id = s.user_id`;

const UNUSUAL = `
select ${SESSION}, s.ended_at, s.expires_at, u.deleted_at, u.suspended_at, s.refreshes_since, rt.used_at, c.id as child_id, c.used_at as child_used_at, ${PERSON}
  from refresh_tokens rt
  join sessions s on s.id = rt.session_id
  join users u on u.id = s.user_id
  left join refresh_tokens c on c.parent_id = rt.id
 where rt.id = $1::uuid and rt.secret_hash = $2::bytea`;
