import { z } from 'zod';
import type { EventStream } from './event-stream.entity.js';
import { streamOf, updateStatus } from './manage-stream.js';
import { json, receiverRoute } from './receiver.js';

const path = '/ssf/status';

export const readStatusRoute = receiverRoute(
  { method: 'GET', path, operation: 'readEventStreams', safe: true },
  null,
  async (ctx, { receiver, query }) => json(statusOf(await streamOf(ctx.em, receiver, query['stream_id'] ?? ''))),
);

const newStatus = z.object({
  stream_id: z.string(),
  status: z.enum(['enabled', 'paused', 'disabled']),
  reason: z.string().max(255).nullish(),
});

export const updateStatusRoute = receiverRoute(
  { method: 'POST', path, operation: 'updateEventStream' },
  newStatus,
  async (ctx, { receiver, body: { stream_id: streamId, status, reason = null } }) =>
    json(statusOf(await updateStatus(ctx, receiver, { streamId, status, reason }))),
);

function statusOf({ id, status, statusReason: reason }: EventStream) {
  return { stream_id: id, status, ...(reason !== null && { reason }) };
}
