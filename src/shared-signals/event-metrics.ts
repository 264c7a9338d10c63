import type { Needs } from '../context.js';
import { gaugesOfRows } from '../platform/gauges-at-scrape.js';

type Outcome = 'delivered' | 'refused' | 'failed' | 'given-up';

export function countEvents({ metrics }: Needs<'metrics'>, outcome: Outcome, count = 1): void {
  metrics
    .counter('sallyport_security_events_total', 'Security events by what became of a delivery.', ['outcome'])
    .inc({ outcome }, count);
}

/** The events that wait in each stream, counted at each scrape by one statement. */
export function measureEvents(ctx: Needs<'metrics' | 'sql'>): void {
  gaugesOfRows(ctx, 'receiver', ['event_depth', DEPTH, []], {
    waiting: ['sallyport_security_events_waiting', 'Security events that wait, by receiver.'],
    oldest: ['sallyport_security_events_oldest_seconds', 'How long the oldest has waited, by receiver.'],
    dead: ['sallyport_security_events_dead', 'Events that were refused or given up and are kept, by receiver.'],
  });
}

const DEPTH = `
select s.receiver, count(e.id) filter (where failed_at is null)::int as waiting, count(failed_at)::int as dead,
       coalesce(extract(epoch from greatest(now() - min(e.created_at) filter (where failed_at is null), interval '0')), 0)::float8 as oldest
  from event_streams s left join security_events e on e.stream_id = s.id group by s.receiver`;
