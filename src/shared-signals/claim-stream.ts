import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';
import type { Addressed } from './sign-event.js';

export interface ClaimedStream extends Addressed {
  endpointUrl: string;
  /** Encrypted. */
  authorizationHeader: string | null;
  /** Consecutive failed pushes. */
  failures: number;
}

/**
 * Claims streams with events that may be pushed now. For a minute no other process takes them, nor for longer if this one is killed.
 * Nothing is sent to a service that was removed from RESOURCE_SERVERS: its stream waits to be deleted.
 */
export function claimStreams({ sql, clock, config }: Needs<'sql' | 'clock' | 'config'>): Promise<ClaimedStream[]> {
  return sql<ClaimedStream>('claim-streams', CLAIM, [clock.forDatabase(), receiversIn(config)]);
}

/** The receiver of a pushed stream sends no requests, and there may be no events for long: its stream is kept while the service is configured. */
export async function keepStreams({ sql, clock, config }: Needs<'sql' | 'clock' | 'config'>): Promise<void> {
  await sql('keep-streams', KEEP, [clock.forDatabase(), receiversIn(config)]);
}

function receiversIn({ resourceServers }: Needs<'config'>['config']): string[] {
  return resourceServers.map(({ name }) => name);
}

const NOW = nowIn('$1');
const CLAIM = `
update event_streams set next_push_at = ${NOW} + interval '1 minute'
 where id in (
   select id from event_streams s
    where method = 'push' and status = 'enabled' and receiver = any($2::varchar[]) and coalesce(next_push_at <= ${NOW}, true)
      and exists (select from security_events e where e.stream_id = s.id and e.failed_at is null)
    order by next_push_at nulls first limit 5 for update skip locked
 )
returning id as "streamId", receiver as audience, endpoint_url as "endpointUrl",
          authorization_header as "authorizationHeader", failures`;

const KEEP = `
update event_streams set used_at = ${NOW}
 where method = 'push' and status = 'enabled' and receiver = any($2::varchar[]) and used_at < ${NOW} - interval '1 day'`;

/** Two seconds after the first failure, then twice as long each time, five minutes at most. */
export async function finishPushes(
  { sql, clock }: Needs<'sql' | 'clock'>,
  { streamId, failures }: ClaimedStream,
): Promise<void> {
  const seconds = failures === 0 ? 0 : Math.min(2 ** failures, 300);
  await sql('finish-pushes', FINISH, [clock.forDatabase(), streamId, failures, seconds]);
}

// A receiver that accepts pushes counts as active.
const FINISH = `
update event_streams
   set failures = $3::int, next_push_at = case when $3::int > 0 then ${NOW} + $4::int * interval '1 second' end,
       used_at = case when $3::int = 0 then ${NOW} else used_at end
 where id = $2::uuid`;
