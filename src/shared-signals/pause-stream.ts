import type { Needs } from '../context.js';
import { databaseNow } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import type { ClaimedStream } from './claim-stream.js';
import { STREAM_UPDATED } from './event-types.js';
import { pushEvent } from './push-event.js';
import { setKeyOf } from './receiver.js';
import { signEvent } from './sign-event.js';

const REASON = 'Events were not accepted.';

/**
 * Pauses the stream of a receiver that has accepted no event for an hour, until it sets the status itself. It is notified once (Shared
 * Signals Framework 1.0 §8.1.5): if that fails too, it can read the status.
 */
export async function pauseStream(
  ctx: Needs<'sql' | 'clock' | 'config' | 'keys' | 'log' | 'guardedFetch'>,
  stream: ClaimedStream,
): Promise<void> {
  const now = await databaseNow(ctx, ctx.sql);
  const event = {
    jti: newId(),
    type: STREAM_UPDATED,
    userId: null,
    sessionId: null,
    details: { status: 'paused', reason: REASON },
    at: now.getTime() / 1000,
    xact: newId(),
    action: null,
    actorId: null,
    requestId: null,
  };
  await pushEvent(ctx, stream, await signEvent(ctx, setKeyOf(ctx), stream, event));
  await ctx.sql('pause-stream', PAUSE, [stream.streamId, REASON, stream.endpointUrl]);
  ctx.log.error({ receiver: stream.audience }, 'a stream was paused: its receiver accepts no events');
}

const PAUSE = `
update event_streams set status = 'paused', status_reason = $2::varchar, failures = 0, next_push_at = null
 where id = $1::uuid and status = 'enabled' and endpoint_url = $3::text`;
