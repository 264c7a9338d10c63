import type { Needs } from '../../context.js';
import { newId } from '../../platform/ids.js';
import { createPoller } from '../../platform/poller.js';
import { readSealedEvents } from '../exported-event.js';
import { advancePosition, type Claim, claimPosition, releasePosition } from '../positions.js';
import type { AuditSink } from './audit-sink.js';
import { countFailure, countSent } from './stream-metrics.js';

export interface AuditStream {
  start(): void;
  /** Waits a moment for the batch that is being sent; unless it was received, it is sent again. */
  close(): Promise<void>;
}

type Streaming = Needs<'sql' | 'clock' | 'log' | 'metrics'>;

/** In milliseconds: how often PostgreSQL is asked whether there is anything to send. */
const ASK_EVERY = 1000;
const BATCH = 500;
/** Limit for one batch; shorter than the claim. */
const SEND_TIMEOUT = 20_000;
/** The pause after a failure doubles up to this. */
const MAX_PAUSE = 30_000;
/** How long a stopping process waits for the other side. */
const LAST_WAIT = 3000;

/** Sends sealed events to one sink, in order, one process at a time. */
export function createAuditStream(ctx: Streaming, sink: AuditSink, timeout = SEND_TIMEOUT): AuditStream {
  const claim: Claim = { name: `stream ${sink.name}`, by: newId() };
  const stopping = new AbortController();
  const release = () => releasePosition(ctx.sql, claim).catch(() => undefined);
  const poller = createPoller(relay, {
    every: ASK_EVERY,
    longest: MAX_PAUSE,
    failed(error, failures) {
      countFailure(ctx, sink);
      ctx.log.warn({ err: error, sink: sink.name, failures }, 'audit events cannot be sent: they wait');
      // Another process may reach the sink although this one cannot.
      return release();
    },
  });

  async function relay(): Promise<void> {
    let after = await claimPosition(ctx, claim);
    while (after !== null && !poller.stopped()) {
      const events = await readSealedEvents(ctx.sql, { after }, BATCH);
      const last = events.at(-1);
      if (!last) return;
      await sink.send(events, AbortSignal.any([AbortSignal.timeout(timeout), stopping.signal]));
      countSent(ctx, sink, events.length);
      after = (await advancePosition(ctx, claim, last.seq)) ? last.seq : null;
    }
  }

  return {
    start: poller.wake,
    async close() {
      const deadline = setTimeout(() => stopping.abort(), LAST_WAIT);
      await poller.stop();
      clearTimeout(deadline);
      await release();
    },
  };
}
