import { record } from '../audit/record.js';
import type { Needs } from '../context.js';
import { databaseNow, nowIn } from '../platform/clock.js';
import { type Sql, sqlIn } from '../platform/database.js';
import { newId } from '../platform/ids.js';
import { DISTRUST_DEVICES } from './trusted-devices.js';

export interface EndingAll {
  /** Only sessions that began before this time. Null: all. */
  before: Date | null;
  /** Only this user's. Null: everyone's. */
  userId: string | null;
}

/**
 * Ends everyone's sessions and the trust in their devices. By when a session began, not by when it was last used: one that a restore revived
 * may have been refreshed since. In parts: one transaction would lock all users until it commits, and none of them could sign in again. Each
 * part is committed with an event of its own, and an interrupted run is completed by another one. Once this has answered, no replica accepts
 * the tokens.
 */
export async function endAllSessions(
  ctx: Needs<'em' | 'clock' | 'revocations'>,
  { before, userId }: EndingAll,
): Promise<{ endedSessions: number; users: number }> {
  const request = { id: newId(), ipAddress: null, userAgent: 'sessions:end-all' };
  // Who signs in while this runs stays signed in.
  const began = before ?? (await databaseNow(ctx, sqlIn(ctx.em.fork())));
  const sum = { endedSessions: 0, users: 0 };
  for (let last: string | null = null; ;) {
    const part: Part | null = await ctx.em.fork().transactional(async (tx) => {
      const sql = sqlIn(tx);
      const now = ctx.clock.forDatabase();
      const people = await sql<{ id: string }>('people-to-end', PEOPLE, [now, began, userId, last, AT_ONCE]);
      const ids = people.map(({ id }) => id);
      const lastId = ids.at(-1);
      if (lastId === undefined) return null;
      const ended = await sql<Ended>('end-all-sessions', END, [now, began, ids]);
      const endedSessions = ended.reduce((count, { sessions }) => count + sessions.length, 0);
      const details = { endedSessions, before: before?.toISOString() ?? null };
      record({ ...ctx, request }, tx, { action: 'endAllSessions', subjectId: userId, details });
      return { lastId, ended, endedSessions };
    });
    if (!part) return sum;
    for (let from = 0; from < part.ended.length; from += DENIED_AT_ONCE) {
      const some = part.ended.slice(from, from + DENIED_AT_ONCE);
      await Promise.all(some.map((one) => ctx.revocations.denySessions(one.userId, one.sessions)));
    }
    sum.endedSessions += part.endedSessions;
    sum.users += part.ended.length;
    last = part.lastId;
  }
}

interface Part {
  lastId: string;
  ended: Ended[];
  endedSessions: number;
}

/** Users of one part: their sign-ins wait until it has committed. */
const AT_ONCE = 1000;

/** Users whose sessions Redis is told of at the same time: more of them would time out behind each other. */
const DENIED_AT_ONCE = 500;

/** How many sessions `endAllSessions` would end now. */
export async function countSessions(
  { clock }: Needs<'clock'>,
  sql: Sql,
  { before, userId }: EndingAll,
): Promise<{ sessions: number; users: number }> {
  const [row] = await sql<{ sessions: number; users: number }>('sessions-to-end', COUNT, [
    clock.forDatabase(),
    before,
    userId,
  ]);
  if (!row) throw new Error('PostgreSQL counted no sessions');
  return row;
}

interface Ended {
  userId: string;
  /** Their ids. */
  sessions: string[];
}

const MEANT = `
  s.ended_at is null and s.expires_at > ${nowIn('$1')} and ($2::timestamptz is null or s.created_at < $2::timestamptz)`;

// Users are locked in the order of their ids, as wherever the sessions of several users end; sign-ins lock them too.
const PEOPLE = `
select u.id from users u
 where ($3::uuid is null or u.id = $3::uuid) and ($4::uuid is null or u.id > $4::uuid)
   and (exists (select from sessions s where s.user_id = u.id and ${MEANT})
        or exists (select from trusted_devices d where d.user_id = u.id))
 order by u.id limit $5::int for no key update`;

const END = `
with live as (
  select s.id, s.user_id from sessions s where s.user_id = any($3::uuid[]) and ${MEANT}
), ended as (
  update sessions set ended_at = ${nowIn('$1')} where id in (select id from live) and ended_at is null
), distrusted as (
  ${DISTRUST_DEVICES('any($3::uuid[])')}
)
select user_id as "userId", json_agg(id) as sessions from live group by user_id`;

const COUNT = `
select count(*)::int as sessions, count(distinct s.user_id)::int as users from sessions s
 where ($3::uuid is null or s.user_id = $3::uuid) and ${MEANT}`;
