import { z } from 'zod';
import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import type { EventStream } from './event-stream.entity.js';
import { SUPPORTED } from './event-types.js';

/** RFC 8935 and RFC 8936. */
export const PUSH = 'urn:ietf:rfc:8935';
export const POLL = 'urn:ietf:rfc:8936';

/** Seconds between two verifications of a stream. */
export const VERIFICATION_INTERVAL = 60;
/** Milliseconds after which the stream of an inactive receiver is deleted. */
export const INACTIVITY = 14 * 86_400_000;

const delivery = z.discriminatedUnion('method', [
  z.object({ method: z.literal(POLL), endpoint_url: z.string().optional() }),
  z.object({
    method: z.literal(PUSH),
    endpoint_url: z.string().max(2048).refine(isHttps),
    // Sent as it is: a line break would begin another header.
    authorization_header: z
      .string()
      .regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,4094}[\x21-\x7e])?$/)
      .nullish(),
  }),
]);

/** The target is checked at each push (platform/guarded-fetch.ts), since the name may resolve elsewhere later. */
function isHttps(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, username, password, hash } = new URL(address);
  return protocol === 'https:' && !username && !password && !hash;
}

/** The members that a receiver supplies; ours are only compared. */
const receiverSupplied = z.object({
  delivery: delivery.optional(),
  events_requested: z.array(z.string().max(300)).max(100).optional(),
  description: z.string().max(255).optional(),
});

export const newConfiguration = receiverSupplied;
export const changedConfiguration = z.looseObject({ ...receiverSupplied.shape, stream_id: z.string() });

export type NewConfiguration = z.infer<typeof newConfiguration>;
export type ChangedConfiguration = z.infer<typeof changedConfiguration>;

/** The whole configuration (Shared Signals Framework 1.0 §8.1.1). The receiver's `authorization_header` is never returned. */
export function configurationOf({ config: { publicUrl } }: Needs<'config'>, stream: EventStream) {
  const { id, receiver, eventsRequested, eventsDelivered, description } = stream;
  return {
    stream_id: id,
    iss: publicUrl,
    aud: receiver,
    delivery: deliveryOf(publicUrl, stream),
    events_supported: SUPPORTED,
    ...(eventsRequested && { events_requested: eventsRequested }),
    events_delivered: eventsDelivered,
    min_verification_interval: VERIFICATION_INTERVAL,
    inactivity_timeout: INACTIVITY / 1000,
    ...(description !== null && { description }),
  };
}

function deliveryOf(publicUrl: string, { id, method, endpointUrl }: EventStream) {
  return method === 'push'
    ? { method: PUSH, endpoint_url: endpointUrl }
    : { method: POLL, endpoint_url: pollUrl(publicUrl, id) };
}

function pollUrl(publicUrl: string, id: string): string {
  return `${publicUrl}/ssf/streams/${id}/poll`;
}

const OURS = [
  'iss',
  'aud',
  'events_supported',
  'events_delivered',
  'min_verification_interval',
  'inactivity_timeout',
] as const;

/** §8.1.1.3: the transmitter's members may be sent back unchanged, and are refused if they differ. */
export function assertOurs(ctx: Needs<'config'>, stream: EventStream, given: ChangedConfiguration): void {
  const ours = configurationOf(ctx, stream);
  const other = OURS.find((name) => name in given && JSON.stringify(given[name]) !== JSON.stringify(ours[name]));
  if (other) throw new Refusal('BAD_USER_INPUT', { message: `The receiver cannot set ${other}.` });
  const { method, endpoint_url: endpoint } = given.delivery ?? {};
  if (method === POLL && endpoint !== undefined && endpoint !== pollUrl(ctx.config.publicUrl, stream.id))
    throw new Refusal('BAD_USER_INPUT', {
      message: 'The receiver cannot set delivery.endpoint_url of a poll.',
    });
}
