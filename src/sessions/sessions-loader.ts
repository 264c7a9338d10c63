import type { EntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import type { Needs } from '../context.js';
import { Session } from './session.entity.js';

/** Whoever signs in thousands of times must not make an answer of megabytes, which everybody else waits for. */
const MOST = 100;

/** Live sessions by user id, newest first, 100 at most; one statement for all the users of a request. */
export function sessionsOfUser(
  { sql, clock }: Needs<'sql' | 'clock'>,
  em: EntityManager,
): DataLoader<string, Session[]> {
  return new DataLoader(async (ids) => {
    const rows = await sql<object>('sessions-of-users', LIVE, [[...ids], clock.now()]);
    const sessions = rows.map((row) => em.map(Session, row));
    return ids.map((id) => sessions.filter((session) => session.user.id === id));
  });
}

// For each user apart: the index sessions_live_of_user holds the order, so that no more rows than these are read.
const LIVE = `
select s.* from unnest($1::uuid[]) as u (id) cross join lateral (
  select * from sessions
   where user_id = u.id and ended_at is null and expires_at > $2::timestamptz
   order by created_at desc, id desc limit ${MOST}
) s
 order by s.created_at desc, s.id desc`;
