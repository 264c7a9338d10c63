import { record } from '../audit/record.js';
import type { Administering, Needs } from '../context.js';
import { after, databaseNow } from '../platform/clock.js';
import { sqlIn } from '../platform/database.js';
import { administer } from '../roles/administer.js';
import type { WebhookCreated } from './create-webhook.js';
import { lockWebhook } from './find-webhook.js';
import { newWebhookSecret, webhookSecret } from './webhook-secret.js';
import type { WebhookIdInput } from './webhooks.input.js';

const BOTH_SIGN = 24 * 3_600_000;

/** Creates a new secret. The previous one also signs for another day; the one before that no longer does. */
export async function rotateWebhookSecret(
  ctx: Needs<Administering | 'keys'>,
  { webhookId }: WebhookIdInput,
): Promise<WebhookCreated> {
  const secret = newWebhookSecret();
  return administer(ctx, { permission: 'webhooks:write', recent: true }, async (tx, actor) => {
    const webhook = await lockWebhook(tx, webhookId);
    webhook.previousSecret = webhook.secret;
    webhook.previousSecretUntil = after(await databaseNow(ctx, sqlIn(tx)), BOTH_SIGN);
    webhook.secret = webhookSecret.seal(ctx, webhook.id, secret);
    const details = { webhook: webhook.id };
    record(ctx, tx, { action: 'rotateWebhookSecret', actorId: actor.id, sessionId: actor.sessionId, details });
    return { webhook, secret };
  });
}
