import type { Needs } from '../context.js';
import { createPoller } from '../platform/poller.js';
import { claimDeliveries, type ClaimedDelivery, type DueWebhook, dueWebhooks } from './claim-deliveries.js';
import { countDelivery } from './delivery-metrics.js';
import { disableWebhook, type Disabling } from './disable-webhook.js';
import { finishDelivered, finishFailed, releaseDelivery } from './finish-delivery.js';
import { sendDelivery } from './send-delivery.js';

export interface DeliveryRelay {
  start(): void;
  /** Waits a moment for deliveries in progress; the rest is due again. */
  close(): Promise<void>;
}

type Relaying = Disabling & Needs<'sql' | 'config' | 'keys' | 'metrics' | 'guardedFetch'>;

/** In milliseconds: how often PostgreSQL is asked whether there is anything to send. */
const ASK_EVERY = 500;
/** Deliveries of one webhook that one process sends at once, each of another subject. */
const AT_ONCE = 10;
/** In milliseconds: how long the events of one subject are sent before others have their turn. */
const TURN = 30_000;
/** In milliseconds: how long a stopping process waits for receivers. */
const LAST_WAIT = 3_000;

/**
 * Sends the deliveries that triggers wrote. They are read here and not by the job queue, like security events: an event waits for the
 * previous one of the same subject, and a slow receiver delays no other.
 */
export function createDeliveryRelay(ctx: Relaying): DeliveryRelay {
  const running = new Map<Promise<void>, string>();
  const stopping = new AbortController();
  const warn = (error: unknown) => ctx.log.warn({ err: error }, 'webhooks cannot be sent: their events wait');
  /** Woken after something was done, since there may be more. */
  const poller = createPoller(ask, { every: ASK_EVERY, failed: warn });

  async function ask(): Promise<void> {
    for (const webhook of await dueWebhooks(ctx)) {
      const busy = [...running.values()].filter((id) => id === webhook.webhookId).length;
      // A receiver that was down is tried with one delivery at a time.
      const free = (webhook.failures > 0 ? 1 : AT_ONCE) - busy;
      if (free <= 0 || poller.stopped()) continue;
      const claimed = await claimDeliveries(ctx, webhook, free);
      for (const delivery of claimed ?? []) run(webhook, delivery);
      if (claimed && claimed.length < free) poller.wake();
    }
  }

  function run(webhook: DueWebhook, delivery: ClaimedDelivery): void {
    const work = relay(webhook, delivery)
      .catch(warn)
      .finally(() => {
        running.delete(work);
        poller.wake();
      });
    running.set(work, webhook.webhookId);
  }

  /** Sends the events of one subject, each after the previous one was accepted. */
  async function relay(webhook: DueWebhook, first: ClaimedDelivery): Promise<void> {
    const until = performance.now() + TURN;
    for (let delivery: ClaimedDelivery | null = first; delivery;) delivery = await attempt(webhook, delivery, until);
  }

  async function attempt(webhook: DueWebhook, delivery: ClaimedDelivery, until: number) {
    const made = await sendDelivery(ctx, webhook, delivery, stopping.signal);
    if (made.responseStatus === null && stopping.signal.aborted) {
      await releaseDelivery(ctx, delivery);
      return null;
    }
    const { responseStatus: status } = made;
    if (status !== null && status >= 200 && status < 300) {
      countDelivery(ctx, 'delivered');
      return finishDelivered(ctx, delivery, made, { last: poller.stopped() || performance.now() > until });
    }
    const { givenUp, disableReason } = await finishFailed(ctx, webhook, delivery, made);
    countDelivery(ctx, givenUp ? 'given-up' : 'failed');
    const { webhookId } = webhook;
    ctx.log.warn(
      { webhook: webhookId, delivery: delivery.id, status, reason: made.error },
      'a webhook did not accept an event',
    );
    if (disableReason) await disableWebhook(ctx, webhook, delivery, disableReason);
    return null;
  }

  return {
    start: poller.wake,
    async close() {
      await poller.stop();
      const deadline = setTimeout(() => stopping.abort(), LAST_WAIT);
      await Promise.all(running.keys());
      clearTimeout(deadline);
    },
  };
}
