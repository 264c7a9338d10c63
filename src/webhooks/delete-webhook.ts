import { record } from '../audit/record.js';
import type { Administering, Needs } from '../context.js';
import { administer } from '../roles/administer.js';
import { lockWebhook } from './find-webhook.js';
import { Webhook } from './webhook.entity.js';
import type { WebhookIdInput } from './webhooks.input.js';

/** What waits for it is sent no more, and goes with the retention: to delete many rows here would keep the caller waiting. */
export async function deleteWebhook(ctx: Needs<Administering>, { webhookId }: WebhookIdInput): Promise<Webhook> {
  return administer(ctx, { permission: 'webhooks:write' }, async (tx, actor) => {
    const webhook = await lockWebhook(tx, webhookId);
    await tx.nativeDelete(Webhook, { id: webhook.id });
    const details = { webhook: webhook.id };
    record(ctx, tx, { action: 'deleteWebhook', actorId: actor.id, sessionId: actor.sessionId, details });
    return webhook;
  });
}
