import type { Feature } from '../feature.js';
import { webhookData } from './personal-data.js';
import { WebhookAttempt } from './webhook-attempt.entity.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import { Webhook } from './webhook.entity.js';
import { webhookDisabled } from './webhook-disabled.mail.js';
import { WebhookDeliveriesResolver, WebhooksResolver } from './webhooks.resolver.js';

/** Sends events to the operator's addresses: Standard Webhooks 1.0, docs/webhooks.md. */
export const webhooks: Feature = {
  name: 'webhooks',
  entities: [Webhook, WebhookDelivery, WebhookAttempt],
  resolvers: [WebhooksResolver, WebhookDeliveriesResolver],
  mails: [webhookDisabled],
  personalData: webhookData,
  // Longer than any delivery is retried.
  retention: [{ table: 'webhook_deliveries', where: 'created_at < ?', after: 30 * 86_400_000 }],
};
