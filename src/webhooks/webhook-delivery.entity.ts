import { OptionalProps } from '@mikro-orm/core';
import { Entity, Enum, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';

export enum WebhookDeliveryStatus {
  PENDING = 'PENDING',
  DELIVERED = 'DELIVERED',
  FAILED = 'FAILED',
}
registerEnumType(WebhookDeliveryStatus, {
  name: 'WebhookDeliveryStatus',
  description: 'The status of a delivery.',
  valuesConfig: {
    PENDING: { description: 'It waits for its first attempt, or for the next one.' },
    DELIVERED: { description: 'The receiver answered with a status of 2xx.' },
    FAILED: { description: 'It was given up. redeliverWebhook sends it again.' },
  },
});

/**
 * One event for one webhook: the outbox. Triggers write it in the transaction of the change, whichever version makes it. Its body is sent
 * exactly as stored.
 */
@ObjectType({ description: 'An event that is sent to a webhook, or was.' })
@Entity({ tableName: 'webhook_deliveries' })
@Index({ properties: ['webhookId', 'createdAt', 'id'] })
@Index({
  name: 'webhook_deliveries_due',
  expression: ({ webhookId, nextAttemptAt, seq, status }, table, name) =>
    `create index "${name}" on "${table.name}" ("${webhookId}", "${nextAttemptAt}", "${seq}") where "${status}" = 'PENDING'`,
})
@Index({
  name: 'webhook_deliveries_order',
  expression: ({ webhookId, subjectId, seq, status }, table, name) =>
    `create index "${name}" on "${table.name}" ("${webhookId}", "${subjectId}", "${seq}") where "${status}" = 'PENDING'`,
})
@Index({
  name: 'webhook_deliveries_failed',
  expression: ({ webhookId, createdAt, id, status }, table, name) =>
    `create index "${name}" on "${table.name}" ("${webhookId}", "${createdAt}", "${id}") where "${status}" = 'FAILED'`,
})
export class WebhookDelivery {
  [OptionalProps]?: 'id' | 'seq' | 'status' | 'tries' | 'createdAt';

  @Field(() => ID, { description: 'The id of the delivery, a UUID.' })
  @PrimaryKey({ type: 'uuid', defaultRaw: 'gen_random_uuid()' })
  id!: string;

  /** The order within a subject. */
  @Property({ type: 'bigint', autoincrement: true })
  seq!: string;

  /** No foreign key, with which every sign-in would lock the row of every webhook. Deliveries of a deleted webhook are purged. */
  @Property({ type: 'uuid' })
  webhookId!: string;

  /** The same for all webhooks, and sent in the header `webhook-id`. */
  @Property({ type: 'uuid' })
  eventId!: string;

  @Property({ type: 'string', length: 64 })
  type!: string;

  /** Events of one subject are sent in their order. An event about no user and no role has a subject of its own. */
  @Property({ type: 'uuid' })
  subjectId!: string;

  @Property({ type: 'text' })
  body!: string;

  @Field(() => WebhookDeliveryStatus, { description: 'The status of the delivery.' })
  @Enum({ items: () => WebhookDeliveryStatus, type: 'string', length: 16, default: 'PENDING' })
  status: WebhookDeliveryStatus = WebhookDeliveryStatus.PENDING;

  /** Attempts since it was written, or last redelivered. */
  @Property({ type: 'integer', default: 0 })
  tries: number = 0;

  /** 1970 before the first attempt. During an attempt, the time after which another process takes it up. */
  @Property({ type: 'datetime' })
  nextAttemptAt!: Date;

  @Field(() => DateTime, { description: 'When the event was written.' })
  @Index()
  @Property({ type: 'datetime', defaultRaw: 'clock_timestamp()' })
  createdAt!: Date;
}
