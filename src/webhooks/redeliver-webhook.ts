import { record } from '../audit/record.js';
import type { Administering, Needs } from '../context.js';
import { badInput, Refusal } from '../errors.js';
import { nowIn } from '../platform/clock.js';
import { sqlIn } from '../platform/database.js';
import { isId } from '../platform/ids.js';
import { mapRows, type RowOf } from '../platform/row-mapping.js';
import { requireActor } from '../require-user.js';
import { administer } from '../roles/administer.js';
import { findWebhook } from './find-webhook.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import type { RedeliverWebhookInput } from './webhooks.input.js';

/** The most in one call. The oldest come first: repeat it with the same instant for more. */
export const MAX_REDELIVERED = 500;

const DELIVERY = mapRows(WebhookDelivery);

/**
 * Sends the same event with the same webhook-id again: one delivery, whatever its status, or those that failed since an instant. Each keeps its
 * place in the order of its subject, before all that waits.
 */
export async function redeliverWebhook(
  ctx: Needs<Administering | 'limits'>,
  { webhookId, deliveryId, failedSince }: RedeliverWebhookInput,
): Promise<WebhookDelivery[]> {
  if (!deliveryId === !failedSince)
    throw badInput({ field: 'input', code: 'NOT_ALLOWED', message: 'Give either deliveryId or failedSince.' });
  const { claims } = await requireActor(ctx);
  await ctx.limits.consume('resendWebhook.account', claims.sub);
  return administer(ctx, { permission: 'webhooks:write' }, async (tx, { id: actorId, sessionId }) => {
    // Not locked: an attempt that finishes holds its delivery's row and waits for the webhook's.
    const id = (await findWebhook(tx, webhookId))?.id;
    if (!id) throw new Refusal('NOT_FOUND', { field: 'input.webhookId' });
    const params = [
      ctx.clock.forDatabase(),
      id,
      deliveryId && isId(deliveryId) ? deliveryId : null,
      failedSince ?? null,
    ];
    const found = await sqlIn(tx)<RowOf<WebhookDelivery>>('redeliver', REDELIVER, params);
    if (deliveryId && found.length === 0) throw new Refusal('NOT_FOUND', { field: 'input.deliveryId' });
    record(ctx, tx, {
      action: 'redeliverWebhook',
      actorId,
      sessionId,
      details: { webhook: id, deliveries: found.length },
    });
    return found.map((row) => DELIVERY.read(row) as WebhookDelivery);
  });
}

// A delivery that is being sent, and so claimed for a minute at most, is not sent twice.
const REDELIVER = `
with chosen as (
  select id from webhook_deliveries
   where webhook_id = $2::uuid
     and (id = $3::uuid or $4::timestamptz is not null and status = 'FAILED' and created_at >= $4::timestamptz)
   order by created_at, id limit ${MAX_REDELIVERED} for update
), changed as (
  update webhook_deliveries d
     set status = 'PENDING', next_attempt_at = 'epoch', tries = 0
    from chosen
   where d.id = chosen.id and (d.status <> 'PENDING' or d.next_attempt_at > ${nowIn('$1')} + interval '1 minute')
  returning d.*
)
select ${DELIVERY.selected('d')} from (
  select * from changed union all
  select w.* from webhook_deliveries w join chosen using (id) where not exists (select from changed where changed.id = w.id)
) d order by d.created_at, d.id`;
