import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { PageArgs } from '../platform/pagination.js';
import { createWebhook, WebhookCreated } from './create-webhook.js';
import { deleteWebhook } from './delete-webhook.js';
import { findWebhook } from './find-webhook.js';
import { listDeliveries, WebhookDeliveryConnection } from './list-deliveries.js';
import { MAX_REDELIVERED, redeliverWebhook } from './redeliver-webhook.js';
import { rotateWebhookSecret } from './rotate-webhook-secret.js';
import { testWebhook } from './test-webhook.js';
import { updateWebhook } from './update-webhook.js';
import { WebhookAttempt } from './webhook-attempt.entity.js';
import { WebhookDelivery, WebhookDeliveryStatus } from './webhook-delivery.entity.js';
import { Webhook } from './webhook.entity.js';
import { CreateWebhookInput, RedeliverWebhookInput, UpdateWebhookInput, WebhookIdInput } from './webhooks.input.js';

@Resolver(() => Webhook)
export class WebhooksResolver {
  @Query(() => [Webhook], { description: 'Lists all webhooks, oldest first. Requires the permission webhooks:read.' })
  webhooks(@Ctx() { em }: Context) {
    return em.find(Webhook, {}, { orderBy: { createdAt: 'asc', id: 'asc' } });
  }

  @Query(() => Webhook, {
    nullable: true,
    description: 'A webhook by its id, null when it does not exist. Requires the permission webhooks:read.',
  })
  webhook(@Arg('id', () => ID, { description: 'The id of the webhook.' }) id: string, @Ctx() { em }: Context) {
    return findWebhook(em, id);
  }

  @Mutation(() => WebhookCreated, {
    description: `
      Creates a webhook. Its secret is shown once. Requires the permission webhooks:write and a recent authentication.
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is not recent. Call requestReauthentication.
      - WEBHOOK_URL_NOT_ALLOWED: the URL is not https, holds a password, or leads to an address that is not public.
      - BAD_USER_INPUT: there is no such event, or there are too many webhooks.
    `,
  })
  createWebhook(@Arg('input', () => CreateWebhookInput) input: CreateWebhookInput, @Ctx() ctx: Context) {
    return createWebhook(ctx, input);
  }

  @Mutation(() => Webhook, {
    description: `
      Changes a webhook, enables or disables it. Requires the permission webhooks:write and a recent authentication.
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is not recent. Call requestReauthentication.
      - NOT_FOUND: there is no such webhook.
      - WEBHOOK_URL_NOT_ALLOWED: the URL is not https, holds a password, or leads to an address that is not public.
    `,
  })
  updateWebhook(@Arg('input', () => UpdateWebhookInput) input: UpdateWebhookInput, @Ctx() ctx: Context) {
    return updateWebhook(ctx, input);
  }

  @Mutation(() => Webhook, {
    description: `
      Deletes a webhook. Its pending deliveries are not sent. Requires the permission webhooks:write. The answer is the deleted webhook.
      Refused with:
      - NOT_FOUND: there is no such webhook.
    `,
  })
  deleteWebhook(@Arg('input', () => WebhookIdInput) input: WebhookIdInput, @Ctx() ctx: Context) {
    return deleteWebhook(ctx, input);
  }

  @Mutation(() => WebhookCreated, {
    description: `
      Gives a webhook a new secret, which is shown once. For 24 hours, events are signed with the former secret too.
      Requires the permission webhooks:write and a recent authentication.
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is not recent. Call requestReauthentication.
      - NOT_FOUND: there is no such webhook.
    `,
  })
  rotateWebhookSecret(@Arg('input', () => WebhookIdInput) input: WebhookIdInput, @Ctx() ctx: Context) {
    return rotateWebhookSecret(ctx, input);
  }

  @Mutation(() => WebhookDelivery, {
    description: `
      Sends the event webhook.test now, once, also while the webhook is disabled. Requires the permission webhooks:write.
      The answer is the delivery; Webhook.deliveries shows its attempt.
      Refused with:
      - NOT_FOUND: there is no such webhook.
    `,
  })
  testWebhook(@Arg('input', () => WebhookIdInput) input: WebhookIdInput, @Ctx() ctx: Context) {
    return testWebhook(ctx, input);
  }

  @Mutation(() => [WebhookDelivery], {
    description: `
      Sends events again, with the same webhook-id: one delivery, or all that failed since a given time, the oldest ${MAX_REDELIVERED} of them.
      Requires the permission webhooks:write. The answer lists the deliveries, oldest first.
      Refused with:
      - NOT_FOUND: there is no such webhook, or it has no such delivery.
      - BAD_USER_INPUT: deliveryId and failedSince were both given, or neither.
    `,
  })
  redeliverWebhook(@Arg('input', () => RedeliverWebhookInput) input: RedeliverWebhookInput, @Ctx() ctx: Context) {
    return redeliverWebhook(ctx, input);
  }

  @FieldResolver(() => WebhookDeliveryConnection, {
    description: 'Its deliveries of the last 30 days, newest first.',
  })
  deliveries(
    @Root() webhook: Webhook,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('status', () => WebhookDeliveryStatus, { nullable: true, description: 'Only deliveries of this status.' })
    status: WebhookDeliveryStatus | null,
    @Ctx() ctx: Context,
  ): Promise<WebhookDeliveryConnection> {
    return listDeliveries(ctx, webhook.id, status ?? null, page);
  }
}

@Resolver(() => WebhookDelivery)
export class WebhookDeliveriesResolver {
  @FieldResolver(() => String, { description: 'The type of the event, such as user.created.' })
  event(@Root() { type }: WebhookDelivery) {
    return type;
  }

  @FieldResolver(() => [WebhookAttempt], { description: 'The attempts to send it, oldest first, the last 50 of them.' })
  attempts(@Root() delivery: WebhookDelivery, @Ctx() { loaders }: Context) {
    return loaders.attemptsOfDelivery.load(delivery.id);
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'When the next attempt is due. Null when there is none to come.',
  })
  nextAttemptAt(@Root() { status, nextAttemptAt, createdAt }: WebhookDelivery) {
    if (status !== WebhookDeliveryStatus.PENDING) return null;
    return nextAttemptAt > createdAt ? nextAttemptAt : createdAt;
  }
}
