import { record } from '../audit/record.js';
import type { Administering, Needs } from '../context.js';
import { newId } from '../platform/ids.js';
import { requireActor } from '../require-user.js';
import { administer } from '../roles/administer.js';
import { lockWebhook } from './find-webhook.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import type { WebhookIdInput } from './webhooks.input.js';

/** Sends a test event the way all events are sent, even while the webhook is disabled. It is not retried. */
export async function testWebhook(
  ctx: Needs<Administering | 'limits'>,
  { webhookId }: WebhookIdInput,
): Promise<WebhookDelivery> {
  const { claims } = await requireActor(ctx);
  await ctx.limits.consume('resendWebhook.account', claims.sub);
  return administer(ctx, { permission: 'webhooks:write' }, async (tx, { id: actorId, sessionId }) => {
    const webhook = await lockWebhook(tx, webhookId);
    const eventId = newId();
    const timestamp = ctx.clock.now().toISOString();
    const body = JSON.stringify({ type: 'webhook.test', timestamp, version: 1, data: { webhook_id: webhook.id } });
    const delivery = tx.create(WebhookDelivery, {
      id: newId(),
      webhookId: webhook.id,
      eventId,
      type: 'webhook.test',
      subjectId: eventId,
      body,
      nextAttemptAt: new Date(0),
      createdAt: ctx.clock.now(),
    });
    record(ctx, tx, { action: 'testWebhook', actorId, sessionId, details: { webhook: webhook.id } });
    return delivery;
  });
}
