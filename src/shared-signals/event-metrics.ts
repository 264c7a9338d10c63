import type { Needs } from '../context.js';
import { gaugesAtScrape } from '../platform/gauges-at-scrape.js';

type Outcome = 'delivered' | 'refused' | 'failed' | 'given-up';

export function countEvents({ metrics }: Needs<'metrics'>, outcome: Outcome, count = 1): void {
  metrics
    .counter('sallyport_security_events_total', 'Security events by what became of a delivery.', ['outcome'])
    .inc({ outcome }, count);
}

/** The events that wait in each stream, counted at each scrape by one statement. */
export function measureEvents({ metrics, sql }: Needs<'metrics' | 'sql'>): void {
  const gauge = gaugesAtScrape(metrics, 'receiver', ask);
  const waiting = gauge('sallyport_security_events_waiting', 'Security events that wait, by receiver.');
  const oldest = gauge('sallyport_security_events_oldest_seconds', 'How long the oldest has waited, by receiver.');
  const dead = gauge(
    'sallyport_security_events_dead',
    'Events that were refused or given up and are kept, by receiver.',
  );

  async function ask(): Promise<void> {
    const found = await sql<Depth>('event_depth', DEPTH, []).catch(() => []);
    for (const one of [waiting, oldest, dead]) one.reset();
    for (const { receiver, ...depth } of found) {
      waiting.set({ receiver }, depth.waiting);
      oldest.set({ receiver }, depth.oldest);
      dead.set({ receiver }, depth.dead);
    }
  }
}

interface Depth {
  receiver: string;
  waiting: number;
  /** Seconds. */
  oldest: number;
  dead: number;
}

const DEPTH = `
select s.receiver, count(e.id) filter (where failed_at is null)::int as waiting, count(failed_at)::int as dead,
       coalesce(extract(epoch from greatest(now() - min(e.created_at) filter (where failed_at is null), interval '0')), 0)::float8 as oldest
  from event_streams s left join security_events e on e.stream_id = s.id group by s.receiver`;
