import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import type { Needs, Transaction } from '../context.js';
import { Refusal } from '../errors.js';
import { databaseNow } from '../platform/clock.js';
import { sqlIn, violatedUnique } from '../platform/database.js';
import { isId } from '../platform/ids.js';
import { assertOurs, type ChangedConfiguration, type NewConfiguration, PUSH } from './configuration.js';
import { EventStream, type StreamStatus } from './event-stream.entity.js';
import { deliveredOf } from './event-types.js';
import { sealedHeader } from './sealed-header.js';
import { SecurityEvent } from './security-event.entity.js';

type Managing = Needs<Transaction | 'config' | 'keys'>;

/** Null if the receiver has one already. */
export async function createStream(
  ctx: Managing,
  receiver: string,
  given: NewConfiguration,
): Promise<EventStream | null> {
  try {
    return await ctx.em.transactional(async (tx) => {
      const now = await databaseNow(ctx, sqlIn(tx));
      const stream = tx.create(EventStream, {
        receiver,
        method: 'poll',
        eventsDelivered: [],
        usedAt: now,
        createdAt: now,
      });
      deliver(ctx, stream, given.delivery);
      replace(stream, given);
      record(ctx, tx, { action: 'createEventStream', details: { receiver } });
      await tx.flush();
      return stream;
    });
  } catch (error) {
    if (violatedUnique(error)) return null;
    throw error;
  }
}

/** PATCH changes what is given. PUT replaces everything: what is not given is reset. */
export async function updateStream(
  ctx: Managing,
  receiver: string,
  { whole, given }: { whole: boolean; given: ChangedConfiguration },
): Promise<EventStream> {
  return ctx.em.transactional(async (tx) => {
    const stream = await lockedStream(tx, receiver, given.stream_id);
    assertOurs(ctx, stream, given);
    if (whole || given.delivery) deliver(ctx, stream, given.delivery);
    const { description, eventsRequested } = stream;
    const kept = { description: description ?? undefined, events_requested: eventsRequested ?? undefined };
    replace(stream, whole ? given : { ...kept, ...given });
    await used(ctx, tx, stream);
    record(ctx, tx, { action: 'updateEventStream', details: { receiver } });
    return stream;
  });
}

export async function deleteStream(ctx: Managing, receiver: string, streamId: string): Promise<void> {
  await ctx.em.transactional(async (tx) => {
    const stream = await lockedStream(tx, receiver, streamId);
    tx.remove(stream);
    await tx.nativeDelete(SecurityEvent, { streamId: stream.id });
    record(ctx, tx, { action: 'deleteEventStream', details: { receiver } });
  });
}

export async function updateStatus(
  ctx: Managing,
  receiver: string,
  { streamId, status, reason }: { streamId: string; status: StreamStatus; reason: string | null },
): Promise<EventStream> {
  return ctx.em.transactional(async (tx) => {
    const stream = await lockedStream(tx, receiver, streamId);
    stream.status = status;
    stream.statusReason = reason;
    Object.assign(stream, AT_ONCE);
    // SSF §8.1.2: a disabled stream does not get the missed events later.
    if (status === 'disabled') await tx.nativeDelete(SecurityEvent, { streamId: stream.id, failedAt: null });
    await used(ctx, tx, stream);
    record(ctx, tx, { action: 'updateEventStream', details: { receiver } });
    return stream;
  });
}

/** A stream of another receiver is answered like one that does not exist. */
export async function streamOf(em: EntityManager, receiver: string, id: string): Promise<EventStream> {
  const stream = isId(id) ? await em.findOne(EventStream, { id, receiver }) : null;
  if (!stream) throw unknownStream();
  return stream;
}

export function unknownStream(): Refusal {
  return new Refusal('NOT_FOUND', { message: 'You have no stream with this stream_id.' });
}

async function lockedStream(tx: EntityManager, receiver: string, id: string): Promise<EventStream> {
  const stream = await streamOf(tx, receiver, id);
  await tx.refresh(stream, { lockMode: LockMode.PESSIMISTIC_WRITE });
  return stream;
}

async function used(ctx: Managing, tx: EntityManager, stream: EventStream): Promise<void> {
  stream.usedAt = await databaseNow(ctx, sqlIn(tx));
}

/** After a change the next push is at once: earlier failures do not count. */
const AT_ONCE = { failures: 0, nextPushAt: null };

/**
 * Sets how the stream is delivered from now on, including waiting events. The header is never shown, so it is kept if none is given for the
 * same address; it is never sent to another.
 */
function deliver(ctx: Needs<'keys'>, stream: EventStream, given: NewConfiguration['delivery']): void {
  Object.assign(stream, AT_ONCE);
  if (given?.method !== PUSH) {
    Object.assign(stream, { method: 'poll', endpointUrl: null, authorizationHeader: null });
    return;
  }
  const { endpoint_url: endpointUrl, authorization_header: header } = given;
  const kept = stream.endpointUrl === endpointUrl && header === undefined ? stream.authorizationHeader : null;
  stream.authorizationHeader = header ? sealedHeader.seal(ctx, { streamId: stream.id, endpointUrl }, header) : kept;
  stream.endpointUrl = endpointUrl;
  stream.method = 'push';
}

function replace(stream: EventStream, { events_requested = null, description = null }: Nullable): void {
  stream.eventsRequested = events_requested;
  stream.eventsDelivered = deliveredOf(events_requested);
  stream.description = description;
}

type Nullable = {
  [Name in 'events_requested' | 'description']?: NewConfiguration[Name] | null;
};
