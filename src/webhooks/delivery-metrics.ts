import type { Needs } from '../context.js';
import { gaugesOfRows } from '../platform/gauges-at-scrape.js';

const OUTCOMES = ['delivered', 'failed', 'given-up'] as const;

export function countDelivery({ metrics }: Needs<'metrics'>, outcome: (typeof OUTCOMES)[number], times = 1): void {
  metrics
    .counter('sallyport_webhook_deliveries_total', 'Attempts to send events to webhooks by what became of them.', [
      'outcome',
    ])
    .inc({ outcome }, times);
}

/** The deliveries that wait for each webhook, counted at each scrape by one statement. */
export function measureDeliveries(ctx: Needs<'metrics' | 'sql'>): void {
  // A rate shows the first failure only if there was a zero before.
  for (const outcome of OUTCOMES) countDelivery(ctx, outcome, 0);
  gaugesOfRows(ctx, 'webhook', ['webhook_depth', DEPTH, []], {
    waiting: ['sallyport_webhook_deliveries_waiting', 'Events that wait for a webhook, by its id.'],
    oldest: [
      'sallyport_webhook_deliveries_oldest_seconds',
      'How long the oldest has waited, by webhook; 0 while it is disabled.',
    ],
    disabled: ['sallyport_webhook_disabled', '1 where the server has disabled the webhook.'],
  });
}

const DEPTH = `
select w.id as webhook, count(d.id)::int as waiting, (w.disabled_reason is not null)::int as disabled,
       coalesce(extract(epoch from greatest(now() - min(d.created_at) filter (where w.enabled), interval '0')), 0)::float8 as oldest
  from webhooks w left join webhook_deliveries d on d.webhook_id = w.id and d.status = 'PENDING' group by w.id`;
