import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';
import { setKeyOf } from './receiver.js';
import { type Addressed, signEvent, type WaitingEvent } from './sign-event.js';

/** The oldest events of a stream that waits, signed. What is not acknowledged is taken again. */
export async function takeEvents(
  ctx: Needs<'sql' | 'config' | 'keys'>,
  stream: Addressed,
  most: number,
): Promise<{ sets: Map<string, string>; more: boolean }> {
  const rows = await ctx.sql<WaitingEvent>('waiting-events', WAITING, [stream.streamId, most + 1]);
  const key = setKeyOf(ctx);
  const sets = new Map<string, string>();
  for (const event of rows.slice(0, most)) sets.set(event.jti, await signEvent(ctx, key, stream, event));
  return { sets, more: rows.length > most };
}

// Who caused an event is what the audit event of the same transaction says: to look it up here costs a sign-out nothing. The hour is for
// replicas whose clocks are wrong; where the transaction is not found, as in a restored database, the event goes without.
const WAITING = `
select e.jti, e.type, e.user_id as "userId", e.session_id as "sessionId", e.details, e.xact::text as xact,
       extract(epoch from e.created_at)::float8 as at, cause.action, cause.actor_id as "actorId", cause.request_id as "requestId"
  from security_events e
  join event_streams s on s.id = e.stream_id and s.status = 'enabled'
  left join lateral (
    select action, actor_id, request_id
      from (select action, actor_id, request_id, xmin as row_xact from audit_events
             where subject_id = e.user_id and at < e.created_at + interval '1 hour'
             order by at desc, id desc limit 100) recent
     where row_xact = e.xact::xid limit 1
  ) cause on true
 where e.stream_id = $1::uuid and e.failed_at is null
 order by e.id limit $2`;

/** Acknowledged events are gone. Of another stream nothing is. Answers how many there were. */
export async function acknowledge({ sql }: Needs<'sql'>, streamId: string, jtis: string[]): Promise<number> {
  if (jtis.length === 0) return 0;
  return (await sql('acknowledge-events', ACKNOWLEDGE, [streamId, jtis])).length;
}

const ACKNOWLEDGE = `
delete from security_events where stream_id = $1::uuid and jti = any($2::uuid[]) and failed_at is null returning jti`;

export interface Failure {
  jti: string;
  error: string;
}

/** Dead letters: they are kept, and not delivered again. Answers how many there were. */
export async function giveUp(
  { sql, clock }: Needs<'sql' | 'clock'>,
  streamId: string,
  failures: Failure[],
): Promise<number> {
  if (failures.length === 0) return 0;
  const columns = [failures.map(({ jti }) => jti), failures.map(({ error }) => error)];
  return (await sql('give-up-events', GIVE_UP, [streamId, ...columns, clock.forDatabase()])).length;
}

const GIVE_UP = `
update security_events set failed_at = ${nowIn('$4')}, error = left(failed.error, 255)
  from unnest($2::uuid[], $3::text[]) as failed (jti, error)
 where security_events.jti = failed.jti and stream_id = $1::uuid and failed_at is null
returning security_events.jti`;
