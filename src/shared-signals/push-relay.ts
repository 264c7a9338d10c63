import type { Needs } from '../context.js';
import { type ClaimedStream, claimStreams, finishPushes, keepStreams } from './claim-stream.js';
import { countEvents } from './event-metrics.js';
import { pauseStream } from './pause-stream.js';
import { pushEvent } from './push-event.js';
import { acknowledge, giveUp, takeEvents } from './waiting-events.js';

export interface PushRelay {
  start(): void;
  /** Waits for what is being pushed. */
  close(): Promise<void>;
}

export type Pushing = Needs<'sql' | 'clock' | 'config' | 'keys' | 'log' | 'metrics' | 'guardedFetch'>;

/** In milliseconds: how often PostgreSQL is asked whether there is anything to push. */
const ASK_EVERY = 500;
/** How often it is said that streams are still wanted. */
const KEEP_EVERY = 3_600_000;
/** How long one stream is worked before another has its turn; shorter than its claim. */
const TURN = 30_000;
const BATCH = 50;
/** Of one event: an hour lies between the first and the last. */
const ATTEMPTS = 20;

/**
 * Push-based delivery (RFC 8935). The outbox is read here and not by the job queue: its order within a stream is kept, since one process works a
 * stream at a time and an event waits for the one before it.
 */
export function createPushRelay(ctx: Pushing): PushRelay {
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();
  let closed = false;
  let keptAt = -Infinity;

  async function work(): Promise<void> {
    let claimed = 0;
    try {
      if (performance.now() - keptAt >= KEEP_EVERY) {
        await keepStreams(ctx);
        keptAt = performance.now();
      }
      const streams = await claimStreams(ctx);
      claimed = streams.length;
      await Promise.all(streams.map((stream) => relay(stream).catch(tell)));
    } catch (error) {
      tell(error);
    }
    if (!closed) timer = setTimeout(next, claimed > 0 ? 0 : ASK_EVERY);
  }
  const tell = (error: unknown) => ctx.log.warn({ err: error }, 'security events cannot be pushed: they wait');
  const next = () => void (working = work());

  async function relay(stream: ClaimedStream): Promise<void> {
    const until = performance.now() + TURN;
    const { sets } = await takeEvents(ctx, stream, BATCH);
    for (const [jti, set] of sets) {
      if (closed || performance.now() > until) break;
      const problem = await pushEvent(ctx, stream, set);
      countEvents(ctx, problem ? (problem.refused ? 'refused' : 'failed') : 'delivered');
      if (problem && !problem.refused) return failed(stream, jti, problem.reason);
      if (problem) await giveUp(ctx, stream.streamId, [{ jti, error: problem.reason }]);
      else await acknowledge(ctx, stream.streamId, [jti]);
      stream.failures = 0;
    }
    await finishPushes(ctx, stream);
  }

  async function failed(stream: ClaimedStream, jti: string, reason: string): Promise<void> {
    stream.failures += 1;
    const { audience: receiver, failures } = stream;
    ctx.log.warn({ receiver, failures, reason }, 'a security event was not taken: it will be pushed again');
    if (failures < ATTEMPTS) return finishPushes(ctx, stream);
    countEvents(ctx, 'given-up');
    await giveUp(ctx, stream.streamId, [{ jti, error: reason }]);
    await pauseStream(ctx, stream);
  }

  return {
    start() {
      // Without receivers there are no streams.
      if (ctx.config.resourceServers.length > 0 && !closed) next();
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await working;
    },
  };
}
