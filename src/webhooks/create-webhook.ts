import { Field, ObjectType } from 'type-graphql';
import { record } from '../audit/record.js';
import type { Administering, Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { newId } from '../platform/ids.js';
import { administer } from '../roles/administer.js';
import { assertUrlAllowed } from './reach.js';
import { newWebhookSecret, webhookSecret } from './webhook-secret.js';
import { Webhook } from './webhook.entity.js';
import type { CreateWebhookInput } from './webhooks.input.js';

/** Limited, since each event is written once for each webhook. */
export const MAX_WEBHOOKS = 50;

@ObjectType({ description: 'A webhook and its new secret.' })
export class WebhookCreated {
  @Field(() => Webhook, { description: 'The webhook.' })
  webhook!: Webhook;

  @Field(() => String, { description: 'The secret that signs its events, whsec_…. It is shown this once.' })
  secret!: string;
}

export async function createWebhook(
  ctx: Needs<Administering | 'keys' | 'guardedFetch'>,
  { url, description = null, events }: CreateWebhookInput,
): Promise<WebhookCreated> {
  await assertUrlAllowed(ctx, url);
  const [id, secret] = [newId(), newWebhookSecret()];
  return administer(ctx, { permission: 'webhooks:write', recent: true }, async (tx, actor) => {
    if ((await tx.count(Webhook)) >= MAX_WEBHOOKS)
      throw new Refusal('BAD_USER_INPUT', {
        message: `There are ${MAX_WEBHOOKS} webhooks already, the most there can be.`,
      });
    const webhook = tx.create(Webhook, {
      id,
      url,
      description,
      events: events ?? [],
      secret: webhookSecret.seal(ctx, id, secret),
      createdAt: ctx.clock.now(),
    });
    const { id: actorId, sessionId } = actor;
    record(ctx, tx, { action: 'createWebhook', actorId, sessionId, details: { webhook: id, events: webhook.events } });
    return { webhook, secret };
  });
}
