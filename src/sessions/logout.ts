import { detailsInSql } from '../audit/details.js';
import { INSERT_DETAILED_EVENT, INSERT_IMPERSONATED_EVENT } from '../audit/record.js';
import type { Anonymous, Needs, AuthenticatedUser } from '../context.js';
import { Refusal } from '../errors.js';
import type { AccessTokenClaims } from '../keys/access-token.js';
import { nowIn } from '../platform/clock.js';
import { isId, newUnorderedId } from '../platform/ids.js';
import type { LoggedOut } from './logged-out.js';
import { clearRefreshCookie, tokenOfCookie } from './refresh-cookie.js';
import { sessionOfToken } from './session-of-token.js';
import type { EndSessionInput, LogoutAllInput, LogoutInput } from './sessions.input.js';
import { refusalWithoutSession, requireUser } from '../require-user.js';
import { ROLE_VERSIONS, roleVersions } from './principals.js';
import { DISTRUST_DEVICES } from './trusted-devices.js';

type EndNeeds = Needs<'sql' | 'clock' | 'request' | 'revocations'>;
type LogoutNeeds = EndNeeds & Needs<'config' | 'bearer' | 'bearerUserId' | 'setRefreshCookie'>;
type OwnNeeds = EndNeeds & Needs<'actor' | 'setRefreshCookie'>;

/** The sessions to end: all of the user's, as far as the ids do not restrict that. */
interface EndedSession {
  userId: string;
  /** Only this one. */
  sessionId?: string;
  /** All but this one. */
  exceptId?: string | undefined;
  /** The session of the caller. */
  from: string;
  /** The claims of a token that PostgreSQL has not checked yet: nothing is ended unless it is still valid. */
  unasked?: AccessTokenClaims;
}

/**
 * Ends one session; once this has answered, no replica accepts its tokens. A refresh token in the input identifies it. Otherwise the access
 * token does, and the same user's cookie is only cleared: after a sign-out a reload must not sign in again. If the access token is no
 * longer valid, the cookie identifies the session.
 */
export async function logout(ctx: LogoutNeeds, input: LogoutInput | null): Promise<LoggedOut> {
  if (typeof input?.refreshToken === 'string') return endByRefreshToken(ctx, input.refreshToken);
  const bearer = await ctx.bearer();
  // With a cookie, an API key and a service account get here too. They have no session to end.
  const refusal = bearer.kind === 'anonymous' ? null : refusalWithoutSession(bearer);
  if (refusal) throw refusal;
  const problem = bearer.kind === 'anonymous' ? bearer.problem : 'TOKEN_REVOKED';
  const answer = bearer.kind === 'user' ? await endOwn(ctx, bearer) : NONE;
  if (bearer.kind !== 'user' || answer.endedSessions === 0) return endByCookie(ctx, problem);
  await clearRefreshCookie(ctx, bearer.userId);
  return answer;
}

/** Ends every session of the signed-in user, or every other one. No device stays trusted. */
export async function logoutAll(ctx: OwnNeeds, { keepCurrent }: LogoutAllInput): Promise<LoggedOut> {
  const { userId, sessionId } = await requireUser(ctx);
  const answer = await end(ctx, 'logoutAll', {
    userId,
    exceptId: keepCurrent ? sessionId : undefined,
    from: sessionId,
  });
  if (!keepCurrent) await clearRefreshCookie(ctx, userId);
  return answer;
}

/** Ends one of the signed-in user's sessions; another user's is answered like one that does not exist. */
export async function endSession(ctx: OwnNeeds, input: EndSessionInput): Promise<LoggedOut> {
  const { userId, sessionId: from } = await requireUser(ctx);
  const { sessionId } = input;
  const answer = isId(sessionId) ? await end(ctx, 'endSession', { userId, sessionId, from }) : NONE;
  if (answer.endedSessions === 0) throw new Refusal('NOT_FOUND', { field: 'input.sessionId' });
  if (sessionId === from) await clearRefreshCookie(ctx, userId);
  return answer;
}

const NONE: LoggedOut = { endedSessions: 0 };

function endOwn(ctx: EndNeeds, { userId, sessionId, claims }: AuthenticatedUser): Promise<LoggedOut> {
  return end(ctx, 'logout', { userId, sessionId, from: sessionId, unasked: claims });
}

/** Idempotent. Nothing is counted: 256 bits cannot be guessed. */
async function endByRefreshToken(ctx: EndNeeds, refreshToken: string): Promise<LoggedOut> {
  const { userId, sessionId } = await sessionOfToken(ctx, refreshToken);
  return end(ctx, 'logout', { userId, sessionId, from: sessionId });
}

/** Ends the session of a refresh token or an access token, with no proof but the token itself; an invalid token ends nothing. */
export async function endByToken(ctx: EndNeeds & Needs<'keys'>, token: string): Promise<LoggedOut> {
  const claims = await ctx.keys.accessTokens.verify(token);
  if (typeof claims !== 'string')
    return end(ctx, 'logout', { userId: claims.sub, sessionId: claims.sid, from: claims.sid, unasked: claims });
  try {
    return await endByRefreshToken(ctx, token);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'REFRESH_TOKEN_INVALID') return NONE;
    throw error;
  }
}

async function endByCookie(ctx: LogoutNeeds, problem: Anonymous['problem']): Promise<LoggedOut> {
  const refreshToken = await tokenOfCookie(ctx);
  if (!refreshToken) throw new Refusal(problem);
  try {
    const answer = await endByRefreshToken(ctx, refreshToken);
    ctx.setRefreshCookie(null);
    return answer;
  } catch (error) {
    // Otherwise the browser would keep sending an invalid cookie.
    if (error instanceof Refusal && error.code === 'REFRESH_TOKEN_INVALID') ctx.setRefreshCookie(null);
    throw error;
  }
}

/** One prepared statement: the sessions end and the event is recorded, or neither. The tokens are denied only after the commit. */
async function end(
  { sql, clock, request, revocations }: EndNeeds,
  action: string,
  { userId, sessionId, exceptId, from, unasked }: EndedSession,
): Promise<LoggedOut> {
  const params = [userId, sessionId ?? null, exceptId ?? null, clock.forDatabase(), newUnorderedId(), action, from];
  const all = action === 'logoutAll';
  const [name, statement] = all ? (['logout-all', END_ALL] as const) : (['logout', END] as const);
  const rows = await sql<{ id: string; provider: string | null }>(name, statement, [
    ...params,
    request.ipAddress,
    request.userAgent,
    request.id,
    !unasked,
    unasked?.ver[0] ?? null,
    unasked ? rolesIn(unasked) : null,
    ...(all ? [] : [unasked?.act?.sub ?? null]),
  ]);
  if (unasked && rows.length === 0) {
    // The operation that has just revoked it may not have denied it on the replicas yet, which this answer promises.
    await revocations.denyToken(userId, unasked.jti);
    return NONE;
  }
  // The caller's session in any case: the operation that has just ended it may not have denied it yet.
  await revocations.denySessions(userId, sessionId === from ? [from] : rows.map(({ id }) => id));
  const provider = rows.find(({ id }) => id === from)?.provider ?? null;
  return { endedSessions: rows.length, provider };
}

function rolesIn({ roles, ver }: AccessTokenClaims): string[] {
  return roleVersions(roles.map((name, index) => ({ name, version: ver[index + 1] ?? 0 })));
}

const NOW = nowIn('$4');

// `live` is read when the statement begins, and `ended` waits for the row lock: if two end the same session at once, both return it, so
// that neither answers before it is denied. `token` applies the check of sessions/principals.ts, with the same order of roles. If many
// sessions end, it locks the user first, as everywhere: two that lock the same sessions in different orders would deadlock.
const ending = (insert: string, details: string, lock: string, also = '') => `
with token as (
  select from users u
   where u.id = $1::uuid
     and ($11::boolean or u.version = $12::int and u.deleted_at is null and u.suspended_at is null
          and $13::text[] = ${ROLE_VERSIONS})${lock}
), live as (
  select id, identity_id from sessions
   where exists (select from token) and user_id = $1::uuid and ended_at is null and expires_at > ${NOW}
     and ($2::uuid is null or id = $2::uuid) and ($3::uuid is null or id <> $3::uuid)
), ended as (
  update sessions set ended_at = ${NOW} where id in (select id from live) and ended_at is null
), event as (
  ${insert}
  select $5::uuid, ${NOW}, $6::varchar, 'SUCCEEDED', null, $1::uuid, $1::uuid,
         case when count(*) = 1 then min(id::text)::uuid else $7::uuid end, $8::varchar, $9::varchar, $10::varchar${details}
    from live having count(*) > 0
)${also}
select live.id, (select i.provider from identities i where i.id = live.identity_id) as provider from live`;
const END = ending(INSERT_IMPERSONATED_EVENT, ', $14::uuid', '');
const END_ALL = ending(
  INSERT_DETAILED_EVENT,
  `, ${detailsInSql('logoutAll', { endedSessions: 'count(*)', keptCurrent: '$3::uuid is not null' })}`,
  ' for no key update',
  `, distrusted as (${DISTRUST_DEVICES('$1::uuid')})`,
);
