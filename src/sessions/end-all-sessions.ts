import { record } from '../audit/record.js';
import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';
import { type Sql, sqlIn } from '../platform/database.js';
import { newId } from '../platform/ids.js';
import { DISTRUST_DEVICES } from './trusted-devices.js';

export interface EndingAll {
  /** Only sessions that began before this time. Null: all. */
  before: Date | null;
  /** Only this user's. Null: everyone's. */
  userId: string | null;
}

/** Users per statement, since the time of a statement is limited. */
const AT_ONCE = 500;

/**
 * Ends everyone's sessions and the trust in their devices, all or nothing. By when a session began, not by when it was last used: one that
 * a restore revived may have been refreshed since. Once this has answered, no replica accepts the tokens.
 */
export async function endAllSessions(
  ctx: Needs<'em' | 'clock' | 'revocations'>,
  { before, userId }: EndingAll,
): Promise<{ endedSessions: number; users: number }> {
  const ended = await ctx.em.fork().transactional(async (tx) => {
    const sql = sqlIn(tx);
    const ended = new Map<string, string[]>();
    for (let last: string | null = null; ;) {
      const people: { id: string }[] = await sql('people-to-end', PEOPLE, [
        ctx.clock.forDatabase(),
        before,
        userId,
        last,
        AT_ONCE,
      ]);
      last = people.at(-1)?.id ?? null;
      if (last === null) break;
      const ids = people.map(({ id }) => id);
      for (const session of await sql<Ended>('end-all-sessions', END, [ctx.clock.forDatabase(), before, ids])) {
        const ofUser = ended.get(session.userId);
        if (ofUser) ofUser.push(session.id);
        else ended.set(session.userId, [session.id]);
      }
    }
    const request = { id: newId(), ipAddress: null, userAgent: 'sessions:end-all' };
    const details = { endedSessions: countIn(ended), before: before?.toISOString() ?? null };
    record({ ...ctx, request }, tx, { action: 'endAllSessions', subjectId: userId, details });
    return ended;
  });
  const people = [...ended];
  for (let from = 0; from < people.length; from += DENIED_AT_ONCE) {
    const some = people.slice(from, from + DENIED_AT_ONCE);
    await Promise.all(some.map(([id, sessions]) => ctx.revocations.denySessions(id, sessions)));
  }
  return { endedSessions: countIn(ended), users: people.length };
}

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
  id: string;
  userId: string;
}

/** If Redis is down, each of these groups waits until every live entry is stale. */
const DENIED_AT_ONCE = 20_000;

function countIn(ended: Map<string, string[]>): number {
  return [...ended.values()].reduce((sum, { length }) => sum + length, 0);
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
select id, user_id as "userId" from live`;

const COUNT = `
select count(*)::int as sessions, count(distinct s.user_id)::int as users from sessions s
 where ($3::uuid is null or s.user_id = $3::uuid) and ${MEANT}`;
