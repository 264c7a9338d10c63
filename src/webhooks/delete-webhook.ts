import { record } from '../audit/record.js';
import type { Administering, Needs } from '../context.js';
import { administer } from '../roles/administer.js';
import { lockWebhook } from './find-webhook.js';
import { Webhook } from './webhook.entity.js';
import type { WebhookIdInput } from './webhooks.input.js';

/** Its waiting events are no longer sent, and retention deletes them: deleting many rows here would keep the caller waiting. */
export async function deleteWebhook(ctx: Needs<Administering>, { webhookId }: WebhookIdInput): Promise<Webhook> {
  return administer(ctx, { permission: 'webhooks:write' }, async (tx, actor) => {
    const webhook = await lockWebhook(tx, webhookId);
    await tx.nativeDelete(Webhook, { id: webhook.id });
    const details = { webhook: webhook.id };
    record(ctx, tx, { action: 'deleteWebhook', actorId: actor.id, sessionId: actor.sessionId, details });
    return webhook;
  });
}
