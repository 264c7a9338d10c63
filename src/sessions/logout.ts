import { INSERT_DETAILED_EVENT, INSERT_EVENT } from '../audit/record.js';
import type { Needs, Person } from '../context.js';
import { Refusal } from '../errors.js';
import { isId, newUnorderedId } from '../platform/ids.js';
import type { EndSessionInput, LogoutAllInput } from './sessions.input.js';
import { signedIn } from './signed-in-actor.js';
import { ROLE_VERSIONS, roleVersions } from './who.js';

type LogoutNeeds = Needs<'sql' | 'clock' | 'request' | 'actor' | 'bearer' | 'revocations' | 'setRefreshCookie'>;

interface LoggedOut {
  endedSessions: number;
}

/** Whose: all of the actor's, but for what the ids say. */
interface Ending {
  actor: Person;
  /** Only this one. */
  sessionId?: string;
  /** All but this one. */
  exceptId?: string | undefined;
  /** False: nobody has asked PostgreSQL yet whether the actor's token is to be trusted, and nothing is ended unless it is. */
  trusted?: boolean;
}

/** Ends the current session. When this answers, no replica accepts its tokens. */
export async function logout(ctx: LogoutNeeds): Promise<LoggedOut> {
  const actor = await signedIn({ actor: ctx.bearer });
  const answer = await end(ctx, 'logout', { actor, sessionId: actor.sessionId, trusted: false });
  if (answer.endedSessions === 0) throw new Refusal('TOKEN_REVOKED');
  ctx.setRefreshCookie(null);
  return answer;
}

/** Ends every session of the signed-in person, or every other one. */
export async function logoutAll(ctx: LogoutNeeds, { keepCurrent }: LogoutAllInput): Promise<LoggedOut> {
  const actor = await signedIn(ctx);
  const answer = await end(ctx, 'logoutAll', { actor, exceptId: keepCurrent ? actor.sessionId : undefined });
  if (!keepCurrent) ctx.setRefreshCookie(null);
  return answer;
}

/** Ends one of the signed-in person's sessions; another's is as unknown as one that never was. */
export async function endSession(ctx: LogoutNeeds, input: EndSessionInput): Promise<LoggedOut> {
  const actor = await signedIn(ctx);
  const answer = isId(input.sessionId)
    ? await end(ctx, 'endSession', { actor, sessionId: input.sessionId })
    : { endedSessions: 0 };
  if (answer.endedSessions === 0) throw new Refusal('NOT_FOUND', { field: 'input.sessionId' });
  if (input.sessionId === actor.sessionId) ctx.setRefreshCookie(null);
  return answer;
}

/** One prepared statement: the sessions end, and the event is kept, or neither. Denied only when that has been committed. */
async function end(
  { sql, clock, request, revocations }: LogoutNeeds,
  action: string,
  { actor, sessionId, exceptId, trusted = true }: Ending,
): Promise<LoggedOut> {
  const { userId } = actor;
  const params = [userId, sessionId ?? null, exceptId ?? null, clock.now(), newUnorderedId(), action, actor.sessionId];
  const { jti, ver, roles } = actor.claims;
  const held = roles.map((name, index) => ({ name, version: ver[index + 1] ?? 0 }));
  const [name, statement] = action === 'logoutAll' ? (['logout-all', END_ALL] as const) : (['logout', END] as const);
  const rows = await sql<{ id: string }>(name, statement, [
    ...params,
    request.ipAddress,
    request.userAgent,
    request.id,
    trusted,
    jti,
    ver[0],
    roleVersions(held),
  ]);
  if (!trusted && rows.length === 0) {
    // Whoever made it worthless a moment ago may not have denied it yet, and this answer says that it is.
    await revocations.denyToken(userId, jti);
    return { endedSessions: 0 };
  }
  // One's own in any case: whoever ended it a moment ago may not have denied it yet.
  await revocations.denySessions(userId, sessionId === actor.sessionId ? [sessionId] : rows.map(({ id }) => id));
  return { endedSessions: rows.length };
}

// `live` is what stood when the statement began, and the row lock is waited for in `ended`: of two who end the same
// session at once both name it, so that neither answers before it is denied.
// `token` says what sessions/who.ts says of a token, in the same order of roles.
const ending = (insert: string, details: string) => `
with token as (
  select from users u
   where u.id = $1::uuid
     and ($11::boolean or u.version = $13::int and u.deleted_at is null and u.suspended_at is null
          and not exists (select from revoked_tokens where jti = $12::uuid)
          and $14::text[] = ${ROLE_VERSIONS})
), live as (
  select id from sessions
   where exists (select from token) and user_id = $1::uuid and ended_at is null and expires_at > $4::timestamptz
     and ($2::uuid is null or id = $2::uuid) and ($3::uuid is null or id <> $3::uuid)
), ended as (
  update sessions set ended_at = $4::timestamptz where id in (select id from live) and ended_at is null
), event as (
  ${insert}
  select $5::uuid, $4::timestamptz, $6::varchar, 'SUCCEEDED', null, $1::uuid, $1::uuid,
         case when count(*) = 1 then min(id::text)::uuid else $7::uuid end, $8::varchar, $9::varchar, $10::varchar${details}
    from live having count(*) > 0
)
select id from live`;
const END = ending(INSERT_EVENT, '');
const END_ALL = ending(
  INSERT_DETAILED_EVENT,
  `, jsonb_build_object('endedSessions', count(*), 'keptCurrent', $3::uuid is not null)`,
);
