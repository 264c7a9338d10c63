import type { Needs } from '../context.js';
import { createPoller } from '../platform/poller.js';
import { type ClaimedStream, claimStreams, finishPushes, keepStreams } from './claim-stream.js';
import { countEvents } from './event-metrics.js';
import { pauseStream } from './pause-stream.js';
import { pushEvent } from './push-event.js';
import { acknowledge, giveUp, takeEvents } from './waiting-events.js';

export interface PushRelay {
  start(): void;
  /** Waits for the pushes in progress. */
  close(): Promise<void>;
}

export type Pushing = Needs<'sql' | 'clock' | 'config' | 'keys' | 'log' | 'metrics' | 'guardedFetch'>;

/** In milliseconds: how often PostgreSQL is asked whether there is anything to push. */
const ASK_EVERY = 500;
/** How often streams are marked as still wanted, in milliseconds. */
const KEEP_EVERY = 3_600_000;
/** How long one stream is processed before another has its turn; shorter than its claim. */
const TURN = 30_000;
const BATCH = 50;
/** Roughly how many streams one process works at once. */
const AT_ONCE = 20;
/** Attempts for one event: about an hour passes between the first and the last. */
const ATTEMPTS = 20;

/**
 * Push-based delivery (RFC 8935). The outbox is read here and not by the job queue, to keep the order within a stream: one process works a
 * stream at a time, and an event waits for the previous one.
 */
export function createPushRelay(ctx: Pushing): PushRelay {
  const running = new Set<Promise<void>>();
  let keptAt = -Infinity;

  const warn = (error: unknown) => ctx.log.warn({ err: error }, 'security events cannot be pushed: they wait');
  const poller = createPoller(ask, { every: ASK_EVERY, failed: warn });

  /** Each stream is worked separately: a slow receiver delays no other. */
  async function ask(): Promise<void> {
    if (performance.now() - keptAt >= KEEP_EVERY) {
      await keepStreams(ctx);
      keptAt = performance.now();
    }
    if (running.size >= AT_ONCE) return;
    for (const stream of await claimStreams(ctx)) {
      const work = relay(stream)
        .catch(warn)
        .finally(() => running.delete(work));
      running.add(work);
    }
  }

  async function relay(stream: ClaimedStream): Promise<void> {
    const until = performance.now() + TURN;
    const isOver = () => poller.stopped() || performance.now() > until;
    for (let more = true; more && !isOver();) {
      const taken = await takeEvents(ctx, stream, BATCH);
      for (const [jti, set] of taken.sets) if (isOver() || !(await push(stream, jti, set))) break;
      more = taken.more && stream.failures === 0;
    }
    if (stream.failures < ATTEMPTS) return finishPushes(ctx, stream);
    await pauseStream(ctx, stream);
  }

  /** Returns whether the next one may follow. */
  async function push(stream: ClaimedStream, jti: string, set: string): Promise<boolean> {
    const problem = await pushEvent(ctx, stream, set);
    if (problem && !problem.refused) {
      await failed(stream, jti, problem.reason);
      return false;
    }
    if (problem) await giveUp(ctx, stream.streamId, [{ jti, error: problem.reason }]);
    else await acknowledge(ctx, stream.streamId, [jti]);
    countEvents(ctx, problem ? 'refused' : 'delivered');
    stream.failures = 0;
    return true;
  }

  async function failed(stream: ClaimedStream, jti: string, reason: string): Promise<void> {
    stream.failures += 1;
    const { audience: receiver, failures } = stream;
    countEvents(ctx, failures < ATTEMPTS ? 'failed' : 'given-up');
    ctx.log.warn({ receiver, failures, reason }, 'a security event was not accepted');
    if (failures >= ATTEMPTS) await giveUp(ctx, stream.streamId, [{ jti, error: reason }]);
  }

  return {
    start() {
      // Without receivers there are no streams.
      if (ctx.config.resourceServers.length > 0) poller.wake();
    },
    async close() {
      await poller.stop();
      await Promise.all(running);
    },
  };
}
