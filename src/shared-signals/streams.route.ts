import { changedConfiguration, configurationOf, newConfiguration } from './configuration.js';
import { EventStream } from './event-stream.entity.js';
import { createStream, deleteStream, streamOf, updateStream } from './manage-stream.js';
import { conflict, json, receiverRoute } from './receiver.js';

const path = '/ssf/streams';

export const createStreamRoute = receiverRoute(
  { method: 'POST', path, operation: 'createEventStream' },
  newConfiguration,
  async (ctx, { receiver, body }) => {
    const stream = await createStream(ctx, receiver, body);
    return stream
      ? json(configurationOf(ctx, stream), 201)
      : conflict('You have a stream: there is one for each receiver.');
  },
);

export const readStreamsRoute = receiverRoute(
  { method: 'GET', path, operation: 'readEventStreams', safe: true },
  null,
  async (ctx, { receiver, query: { stream_id: id } }) => {
    if (id !== undefined) return json(configurationOf(ctx, await streamOf(ctx.em, receiver, id)));
    const streams = await ctx.em.find(EventStream, { receiver });
    return json(streams.map((stream) => configurationOf(ctx, stream)));
  },
);

export const updateStreamRoute = receiverRoute(
  { method: 'PATCH', path, operation: 'updateEventStream' },
  changedConfiguration,
  async (ctx, { receiver, body: given }) =>
    json(configurationOf(ctx, await updateStream(ctx, receiver, { whole: false, given }))),
);

export const replaceStreamRoute = receiverRoute(
  { method: 'PUT', path, operation: 'updateEventStream' },
  changedConfiguration,
  async (ctx, { receiver, body: given }) =>
    json(configurationOf(ctx, await updateStream(ctx, receiver, { whole: true, given }))),
);

export const deleteStreamRoute = receiverRoute(
  { method: 'DELETE', path, operation: 'deleteEventStream' },
  null,
  async (ctx, { receiver, query }) => {
    await deleteStream(ctx, receiver, query['stream_id'] ?? '');
    return { status: 204 };
  },
);
