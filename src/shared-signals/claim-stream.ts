import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';
import type { Addressed } from './sign-event.js';

export interface ClaimedStream extends Addressed {
  endpointUrl: string;
  /** Encrypted. */
  authorizationHeader: string | null;
  /** Pushes that failed one after another. */
  failures: number;
}

/**
 * Streams with events that may be pushed now. For a minute no other process takes them, and for no longer if this one is killed. Nothing goes
 * to a service that has been taken out of RESOURCE_SERVERS: its stream waits to be deleted.
 */
export function claimStreams({ sql, clock, config }: Needs<'sql' | 'clock' | 'config'>): Promise<ClaimedStream[]> {
  return sql<ClaimedStream>('claim-streams', CLAIM, [clock.forDatabase(), receiversIn(config)]);
}

/** A stream that is pushed has no request of its receiver, and perhaps no event for long: it is kept while the service is known. */
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

// Its receiver is heard of as long as it takes what it is sent.
const FINISH = `
update event_streams
   set failures = $3::int, next_push_at = case when $3::int > 0 then ${NOW} + $4::int * interval '1 second' end,
       used_at = case when $3::int = 0 then ${NOW} else used_at end
 where id = $2::uuid`;
