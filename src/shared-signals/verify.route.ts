import { z } from 'zod';
import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { nowIn } from '../platform/clock.js';
import { VERIFICATION_INTERVAL } from './configuration.js';
import { VERIFICATION } from './event-types.js';
import { streamOf } from './manage-stream.js';
import { receiverRoute } from './receiver.js';

const verification = z.object({ stream_id: z.string(), state: z.string().max(1024).optional() });

/** A verification event on demand, so that a receiver can try its stream (Shared Signals Framework 1.0 §8.1.4). */
export const verifyStreamRoute = receiverRoute(
  { method: 'POST', path: '/ssf/verify', operation: 'verifyEventStream' },
  verification,
  async (ctx, { receiver, body: { stream_id: id, state } }) => {
    const stream = await streamOf(ctx.em, receiver, id);
    await enqueueVerification(ctx, stream.id, state === undefined ? {} : { state });
    return { status: 204 };
  },
);

async function enqueueVerification(
  { sql, clock }: Needs<'sql' | 'clock'>,
  streamId: string,
  details: object,
): Promise<void> {
  const rows = await sql('verify-stream', VERIFY, [
    streamId,
    clock.forDatabase(),
    VERIFICATION,
    JSON.stringify(details),
  ]);
  if (rows.length === 0) throw new Refusal('RATE_LIMITED', { retryAfter: VERIFICATION_INTERVAL });
}

// Of two concurrent requests, one waits for the other's row lock, and then finds it verified.
const VERIFY = `
with verified as (
  update event_streams set verified_at = ${nowIn('$2')}, used_at = ${nowIn('$2')}
   where id = $1::uuid and coalesce(verified_at < ${nowIn('$2')} - interval '${VERIFICATION_INTERVAL} seconds', true)
  returning id, status
), written as (
  insert into security_events (stream_id, type, details)
  select id, $3::text, $4::jsonb from verified where status <> 'disabled'
)
select id from verified`;
