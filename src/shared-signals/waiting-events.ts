import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';
import { setKeyOf } from './receiver.js';
import { type Addressed, signEvent, type WaitingEvent } from './sign-event.js';

/** The oldest waiting events of a stream, signed. Unacknowledged events are returned again. */
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

// The audit event of the same transaction says who caused an event: looking it up here costs a sign-out nothing. The hour allows for
// replicas with wrong clocks; if the transaction is not found, as in a restored database, the event is sent without.
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

/** Deletes acknowledged events, but none of another stream. Returns how many. */
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

/** Makes them dead letters: they are kept, and not delivered again. Returns how many. */
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
