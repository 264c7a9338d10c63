import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';

/** A webhook that has something to send. */
export interface DueWebhook {
  webhookId: string;
  url: string;
  /** Encrypted, as is the next. */
  secret: string;
  previousSecret: string | null;
  /** How many times in a row its receiver could not be reached or was overloaded. */
  failures: number;
  /** Whether events other than tests may be sent to it. */
  open: boolean;
}

export interface ClaimedDelivery {
  id: string;
  eventId: string;
  type: string;
  body: string;
  /** This attempt included. */
  tries: number;
}

export function dueWebhooks({ sql, clock }: Needs<'sql' | 'clock'>): Promise<DueWebhook[]> {
  return sql<DueWebhook>('due-webhooks', DUE, [clock.forDatabase()]);
}

const NOW = nowIn('$1');
const OPEN = `w.enabled and coalesce(w.not_before <= ${NOW}, true)`;
const DUE = `
select w.id as "webhookId", w.url, w.secret, case when w.previous_secret_until > ${NOW} then w.previous_secret end as "previousSecret",
       w.failures, ${OPEN} as open
  from webhooks w
 where exists (select from webhook_deliveries d where d.webhook_id = w.id and d.status = 'PENDING' and d.next_attempt_at <= ${NOW}
                  and (${OPEN} or d.type = 'webhook.test'))`;

/**
 * Claims deliveries for a minute; if this process is killed, they are due again then. Only the oldest one for each subject: those behind it
 * are delayed, so that they are not read again and again. Returns null if nothing was due.
 */
export async function claimDeliveries(
  { sql, clock }: Needs<'sql' | 'clock'>,
  { webhookId, open }: DueWebhook,
  most: number,
): Promise<ClaimedDelivery[] | null> {
  const found = await sql<ClaimedDelivery & { taken: boolean }>('claim-deliveries', CLAIM, [
    clock.forDatabase(),
    webhookId,
    open,
    most,
  ]);
  return found.length === 0 ? null : found.filter(({ taken }) => taken);
}

/** Longer than an attempt can take. */
export const CLAIMED_FOR = `interval '1 minute'`;

export const DELIVERY_COLUMNS = `d.id, d.event_id as "eventId", d.type, d.body, d.tries`;

const CLAIM = `
with due as (
  select id, subject_id, seq from webhook_deliveries
   where webhook_id = $2::uuid and status = 'PENDING' and next_attempt_at <= ${NOW} and ($3::bool or type = 'webhook.test')
   order by next_attempt_at, seq limit $4::int * 10 for update skip locked
), candidates as (
  select due.id, due.seq, earlier.next_attempt_at as behind
    from due left join lateral (
      select next_attempt_at from webhook_deliveries e
       where e.webhook_id = $2::uuid and e.subject_id = due.subject_id and e.status = 'PENDING' and e.seq < due.seq
       order by e.seq limit 1
    ) earlier on true
), taken as (
  select id from candidates where behind is null order by seq limit $4::int
)
update webhook_deliveries d
   set next_attempt_at = case when t.id is null then greatest(j.behind, ${NOW} + interval '30 seconds') else ${NOW} + ${CLAIMED_FOR} end,
       tries = d.tries + (t.id is not null)::int
  from candidates j left join taken t using (id)
 where d.id = j.id and (j.behind is not null or t.id is not null)
returning ${DELIVERY_COLUMNS}, t.id is not null as taken`;
