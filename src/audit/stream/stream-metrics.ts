import type { Needs } from '../../context.js';
import type { AuditSink } from './audit-sink.js';
import { gaugesOfRows } from '../../platform/gauges-at-scrape.js';

export function countSent({ metrics }: Needs<'metrics'>, { name: sink }: AuditSink, events: number): void {
  metrics
    .counter('sallyport_audit_streamed_total', 'Audit events that another system has taken, by sink.', ['sink'])
    .inc({ sink }, events);
}

export function countFailure({ metrics }: Needs<'metrics'>, { name: sink }: AuditSink): void {
  metrics
    .counter('sallyport_audit_stream_failures_total', 'Batches of audit events that were not taken, by sink.', ['sink'])
    .inc({ sink });
}

/** The events that wait for each sink, measured at each scrape by one statement. */
export function measureStreams(ctx: Needs<'metrics' | 'sql'>, sinks: readonly AuditSink[]): void {
  if (sinks.length === 0) return;
  const names = sinks.map(({ name }) => `stream ${name}`);
  gaugesOfRows(ctx, 'sink', ['audit_stream_depth', DEPTH, [names]], {
    waiting: ['sallyport_audit_stream_waiting', 'Sealed audit events that are not sent yet, by sink.'],
    oldest: ['sallyport_audit_stream_oldest_seconds', 'How long the oldest has waited, by sink.'],
  });
}

// Computed from the numbers and not counted, since there may be millions of rows: numbers of rolled-back transactions are included.
const DEPTH = `
select replace(given.name, 'stream ', '') as sink, greatest(sealed.last_seq - first.seq + 1, 0)::float8 as waiting,
       coalesce(extract(epoch from greatest(now() - first.at, interval '0')), 0)::float8 as oldest
  from unnest($1::text[]) given (name)
  left join audit_positions p using (name)
  left join lateral (select coalesce(max(last_seq), 0) as last_seq from audit_seals) sealed on true
  left join lateral (
    select e.seq, e.at from audit_events e where e.seq > coalesce(p.seq, 0) and e.seq <= sealed.last_seq order by e.seq limit 1
  ) first on true`;
