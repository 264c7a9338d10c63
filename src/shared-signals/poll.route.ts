import { z } from 'zod';
import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';
import { isId } from '../platform/ids.js';
import { countEvents } from './event-metrics.js';
import { unknownStream } from './manage-stream.js';
import { json, receiverRoute } from './receiver.js';
import { acknowledge, giveUp, takeEvents } from './waiting-events.js';

const MAX_EVENTS = 100;

const poll = z.object({
  maxEvents: z.int().min(0).default(MAX_EVENTS),
  returnImmediately: z.boolean().default(false),
  ack: z.array(z.string()).default([]),
  setErrs: z.record(z.string(), z.object({ err: z.string(), description: z.string().optional() })).default({}),
});

type Poll = z.output<typeof poll>;
type Polling = Needs<'sql' | 'clock' | 'config' | 'keys' | 'log' | 'metrics' | 'longPolls'>;

/** Poll-based delivery (RFC 8936). */
export const pollRoute = receiverRoute<Poll>(
  { method: 'POST', path: '/ssf/streams/:id/poll', operation: 'pollEvents', safe: true },
  poll,
  async (ctx, { receiver, params: { id = '' }, body }) => {
    const [found] = isId(id) ? await ctx.sql('polled-stream', POLLED, [id, receiver, ctx.clock.forDatabase()]) : [];
    if (!found) throw unknownStream();
    await settle(ctx, id, body);
    return json(await answer(ctx, { streamId: id, audience: receiver }, body));
  },
);

// A write once a minute, not for each poll.
const POLLED = `
with touched as (
  update event_streams set used_at = ${nowIn('$3')}
   where id = $1::uuid and receiver = $2::varchar and used_at < ${nowIn('$3')} - interval '1 minute'
)
select id from event_streams where id = $1::uuid and receiver = $2::varchar and method = 'poll'`;

async function settle(ctx: Polling, streamId: string, { ack, setErrs }: Poll): Promise<void> {
  const refused = Object.entries(setErrs)
    .filter(([jti]) => isId(jti))
    .map(([jti, { err, description = '' }]) => ({ jti, error: `${err} ${description}`.trim() }));
  countEvents(ctx, 'delivered', await acknowledge(ctx, streamId, ack.filter(isId)));
  countEvents(ctx, 'refused', await giveUp(ctx, streamId, refused));
  if (refused.length > 0) ctx.log.warn({ streamId, events: refused.slice(0, 10) }, 'a receiver has refused events');
}

async function answer(
  ctx: Polling,
  stream: { streamId: string; audience: string },
  { maxEvents, returnImmediately }: Poll,
) {
  const most = Math.min(maxEvents, MAX_EVENTS);
  if (most === 0) return { sets: {} };
  const first = await takeEvents(ctx, stream, most);
  const waits = first.sets.size === 0 && !returnImmediately;
  if (waits) await ctx.longPolls.wait(stream.streamId);
  const { sets, more } = waits ? await takeEvents(ctx, stream, most) : first;
  return { sets: Object.fromEntries(sets), ...(more && { moreAvailable: true }) };
}
