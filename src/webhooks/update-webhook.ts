import { changedFields } from '../audit/details.js';
import { record } from '../audit/record.js';
import type { Administering, Needs } from '../context.js';
import { administer } from '../roles/administer.js';
import { lockWebhook } from './find-webhook.js';
import { assertUrlAllowed } from './reach.js';
import type { Webhook } from './webhook.entity.js';
import type { UpdateWebhookInput } from './webhooks.input.js';

/**
 * Requires a recent authentication, as createWebhook does: another URL sends all events elsewhere. A webhook that is enabled again counts
 * its failures from zero.
 */
export async function updateWebhook(
  ctx: Needs<Administering | 'guardedFetch'>,
  { webhookId, url, description, events, enabled }: UpdateWebhookInput,
): Promise<Webhook> {
  if (url) await assertUrlAllowed(ctx, url);
  return administer(ctx, { permission: 'webhooks:write', recent: true }, async (tx, actor) => {
    const webhook = await lockWebhook(tx, webhookId);
    const before = stateOf(webhook);
    if (url) webhook.url = url;
    if (description !== undefined) webhook.description = description;
    if (events) webhook.events = events;
    if (typeof enabled === 'boolean') {
      if (enabled) Object.assign(webhook, { disabledReason: null, failures: 0, notBefore: null, failingSince: null });
      webhook.enabled = enabled;
    }
    const details = { webhook: webhook.id, fields: changedFields(before, stateOf(webhook)) };
    record(ctx, tx, { action: 'updateWebhook', actorId: actor.id, sessionId: actor.sessionId, details });
    return webhook;
  });
}

function stateOf({ url, description, events, enabled }: Webhook) {
  return { url, description, events: events.join(' '), enabled };
}
