import DataLoader from 'dataloader';
import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';
import { isId } from '../platform/ids.js';
import { refuseRows } from '../platform/request-rows.js';
import { Session } from './session.entity.js';

/** A user who signs in thousands of times must not cause answers of megabytes, which block the event loop. */
export const MAX_SESSIONS = 100;

/**
 * Live sessions by user id, newest first, 100 at most; one statement for all the users of a request. Reads no more rows than the request
 * may still answer: each list has been charged one row already.
 */
export function sessionsOfUser({
  sql,
  clock,
  em,
  pages,
}: Needs<'sql' | 'clock' | 'em' | 'pages'>): DataLoader<string, Session[]> {
  return new DataLoader(async (ids) => {
    const most = Math.max(0, pages.left) + ids.length;
    const rows = await sql<object>('sessions-of-users', LIVE, [[...ids], clock.forDatabase(), most + 1]);
    if (rows.length > most) refuseRows(pages, rows.length - ids.length, 'sessions');
    const sessions = rows.map((row) => em.map(Session, row));
    return ids.map((id) => sessions.filter((session) => session.user.id === id));
  });
}

/** A live session by id; null if there is none. */
export function sessionById({ sql, clock, em }: Needs<'sql' | 'clock' | 'em'>): DataLoader<string, Session | null> {
  return new DataLoader(async (ids) => {
    const rows = await sql<object>('sessions-by-id', LIVE_BY_ID, [ids.filter(isId), clock.forDatabase()]);
    const sessions = new Map(rows.map((row) => em.map(Session, row)).map((session) => [session.id, session]));
    return ids.map((id) => sessions.get(id) ?? null);
  });
}

const LIVE_BY_ID = `select * from sessions where id = any($1::uuid[]) and ended_at is null and expires_at > ${nowIn('$2')}`;

// For each user separately: the index sessions_live_of_user has the order, so that no more rows than these are read.
const LIVE = `
select s.* from unnest($1::uuid[]) as u (id) cross join lateral (
  select * from sessions
   where user_id = u.id and ended_at is null and expires_at > ${nowIn('$2')}
   order by created_at desc, id desc limit ${MAX_SESSIONS}
) s
 order by s.created_at desc, s.id desc limit $3`;
