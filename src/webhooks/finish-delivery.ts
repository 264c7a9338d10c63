import { randomInt } from 'node:crypto';
import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import { CLAIMED_FOR, type ClaimedDelivery, DELIVERY_COLUMNS, type DueWebhook } from './claim-deliveries.js';
import type { Attempt } from './send-delivery.js';

/** In seconds: the pause after each attempt but the last (Standard Webhooks 1.0), about three days in all. */
const SCHEDULE = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

const MINUTES = 60_000;
/** How long a receiver may fail without a success before it is disabled. */
export const DISABLE_AFTER_DAYS = 5;

const NOW = nowIn('$1');
const ATTEMPTED = `
insert into webhook_attempts (id, delivery_id, at, response_status, response_body, error, duration_ms)
select $3::uuid, $2::uuid, $4::timestamptz, $5::int, $6::varchar, $7::varchar, $8::int where exists (select from webhook_deliveries where id = $2::uuid)`;

function valuesOf({ clock }: Needs<'clock'>, { id }: ClaimedDelivery, attempt: Attempt): unknown[] {
  const { at, responseStatus, responseBody, error, durationMs } = attempt;
  const duration = Math.min(durationMs, 60 * MINUTES);
  return [clock.forDatabase(), id, newId(), at, responseStatus, responseBody, error, duration];
}

/**
 * The receiver accepted it. The next one of the same subject is claimed at once; with `last` it is left to the next turn. Changes nothing
 * if another process has claimed the delivery meanwhile, which the number of attempts shows.
 */
export async function finishDelivered(
  ctx: Needs<'sql' | 'clock'>,
  delivery: ClaimedDelivery,
  attempt: Attempt,
  { last }: { last: boolean },
): Promise<ClaimedDelivery | null> {
  const values = [...valuesOf(ctx, delivery, attempt), delivery.tries, !last];
  const [next] = await ctx.sql<ClaimedDelivery>('delivered', DELIVERED, values);
  return last ? null : (next ?? null);
}

const DELIVERED = `
with attempted as (${ATTEMPTED}), finished as (
  update webhook_deliveries set status = 'DELIVERED' where id = $2::uuid and status = 'PENDING' and tries = $9::int
  returning id, webhook_id, subject_id, seq
), well as (
  update webhooks set failures = 0, not_before = null, failing_since = null
   where id = (select webhook_id from finished) and (failures > 0 or failing_since is not null)
), next as (
  select d.id from webhook_deliveries d join finished f on d.webhook_id = f.webhook_id and d.subject_id = f.subject_id
    join webhooks w on w.id = d.webhook_id and w.enabled
   where d.status = 'PENDING' and d.seq > f.seq order by d.seq limit 1 for update of d
)
update webhook_deliveries d
   set next_attempt_at = case when $10::bool then ${NOW} + ${CLAIMED_FOR} else 'epoch' end, tries = d.tries + $10::bool::int
 where d.id = (select id from next)
returning ${DELIVERY_COLUMNS}`;

export interface Trouble {
  givenUp: boolean;
  /** Why the webhook should be disabled. */
  disableReason: string | null;
}

/** The receiver did not accept it. After the last attempt it is given up, and the next one of its subject is due. */
export async function finishFailed(
  ctx: Needs<'sql' | 'clock'>,
  { webhookId }: DueWebhook,
  delivery: ClaimedDelivery,
  attempt: Attempt,
): Promise<Trouble> {
  const { responseStatus, retryAfter } = attempt;
  const gone = responseStatus === 410;
  const pause = delivery.type === 'webhook.test' || gone ? undefined : SCHEDULE[delivery.tries - 1];
  // Varies by a fifth, so that deliveries that failed together are not retried together.
  const seconds = Math.max(retryAfter, ((pause ?? 0) * randomInt(900, 1101)) / 1000);
  const state = [delivery.tries, pause === undefined, seconds, webhookId, isBusy(responseStatus), retryAfter];
  const [row] = await ctx.sql<{ days: number }>('failed', FAILED, [...valuesOf(ctx, delivery, attempt), ...state]);
  const disableReason = gone
    ? 'The receiver answered 410 Gone.'
    : (row?.days ?? 0) >= DISABLE_AFTER_DAYS && delivery.type !== 'webhook.test'
      ? `The receiver has taken nothing for ${DISABLE_AFTER_DAYS} days.`
      : null;
  return { givenUp: pause === undefined, disableReason };
}

/** Unreachable or overloaded: the cause is the receiver and not one event, so all of them wait. */
function isBusy(status: number | null): boolean {
  return status === null || status === 429 || (status >= 502 && status <= 504);
}

// A receiver that is down is tried with one delivery at a time, after growing pauses of at most five minutes. The counts make sure that
// deliveries are locked first, as in DELIVERED: otherwise the two could deadlock, and the end of one be undone.
const FAILED = `
with attempted as (${ATTEMPTED}), finished as (
  update webhook_deliveries
     set status = case when $10::bool then 'FAILED' else 'PENDING' end, next_attempt_at = ${NOW} + $11::float8 * interval '1 second'
   where id = $2::uuid and status = 'PENDING' and tries = $9::int
  returning webhook_id, subject_id, seq
), next as (
  update webhook_deliveries set next_attempt_at = 'epoch'
   where $10::bool and id = (
     select d.id from webhook_deliveries d join finished f on d.webhook_id = f.webhook_id and d.subject_id = f.subject_id
      where d.status = 'PENDING' and d.seq > f.seq order by d.seq limit 1 for update of d)
  returning id
)
update webhooks
   set failing_since = coalesce(failing_since, ${NOW}),
       failures = failures + ($13::bool and coalesce(not_before <= ${NOW}, true))::int,
       not_before = case when $13::bool and coalesce(not_before <= ${NOW}, true)
                         then ${NOW} + greatest($14::float8, least(300, power(2, least(failures, 8) + 1))) * interval '1 second'
                         else not_before end
 where id = $12::uuid and (select count(*) from finished) + (select count(*) from next) >= 0
returning extract(epoch from ${NOW} - failing_since)::float8 / 86400 as days`;

/** The attempt was aborted, since this process stops: it is due at once for another. */
export async function releaseDelivery({ sql }: Needs<'sql'>, { id, tries }: ClaimedDelivery): Promise<void> {
  await sql('release-delivery', RELEASE, [id, tries]);
}

const RELEASE = `
update webhook_deliveries set next_attempt_at = 'epoch', tries = tries - 1 where id = $1::uuid and status = 'PENDING' and tries = $2::int`;
