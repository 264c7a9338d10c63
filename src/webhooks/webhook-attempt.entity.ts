import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { Rel } from '@mikro-orm/core';
import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, Int, ObjectType } from 'type-graphql';
import { newId } from '../platform/ids.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';

@ObjectType({ description: 'One attempt to send an event.' })
@Entity({ tableName: 'webhook_attempts' })
export class WebhookAttempt {
  @PrimaryKey({ type: 'uuid' })
  id: string = newId();

  @Index()
  @ManyToOne({ entity: () => WebhookDelivery, deleteRule: 'cascade' })
  delivery!: Rel<WebhookDelivery>;

  @Field(() => DateTime, { description: 'When it began.' })
  @Property({ type: 'datetime' })
  at!: Date;

  @Field(() => Int, { nullable: true, description: 'The HTTP status of the answer. Null if there was none.' })
  @Property({ type: 'integer', nullable: true })
  responseStatus!: number | null;

  @Field(() => String, { nullable: true, description: 'The first 500 characters of the answer.' })
  @Property({ type: 'string', length: 500, nullable: true })
  responseBody!: string | null;

  @Field(() => String, { nullable: true, description: 'Why there was no answer. Null if there was one.' })
  @Property({ type: 'string', length: 255, nullable: true })
  error!: string | null;

  @Field(() => Int, { description: 'How long it took, in milliseconds.' })
  @Property({ type: 'integer' })
  durationMs!: number;
}
