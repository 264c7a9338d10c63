import { OptionalProps } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import { newId } from '../platform/ids.js';

@ObjectType({ description: 'A URL that the server sends events to, signed as Standard Webhooks 1.0 specifies.' })
@Entity({ tableName: 'webhooks' })
export class Webhook {
  [OptionalProps]?: 'enabled' | 'failures';

  @Field(() => ID, { description: 'The id of the webhook, a UUID.' })
  @PrimaryKey({ type: 'uuid' })
  id: string = newId();

  @Field(() => String, { description: 'Where events are sent.' })
  @Property({ type: 'text' })
  url!: string;

  @Field(() => String, { nullable: true, description: 'What it is for. Null when nothing was written.' })
  @Property({ type: 'string', length: 500, nullable: true })
  description: string | null = null;

  @Field(() => [String], {
    description: 'The types of the events that it is sent, such as user.created. Empty: all but audit.recorded.',
  })
  @Property({ type: 'string[]', columnType: 'text[]' })
  events!: string[];

  @Field(() => Boolean, { description: 'Whether events are sent. While it is false, no event is written for it.' })
  @Property({ type: 'boolean', default: true })
  enabled: boolean = true;

  @Field(() => String, {
    nullable: true,
    description: 'Why the server disabled it: the receiver answered 410, or failed for days. Null if it did not.',
  })
  @Property({ type: 'string', length: 255, nullable: true })
  disabledReason: string | null = null;

  /** Encrypted for this webhook. */
  @Property({ type: 'text' })
  secret!: string;

  /** The previous secret, which also signs until `previousSecretUntil`. */
  @Property({ type: 'text', nullable: true })
  previousSecret: string | null = null;

  @Property({ type: 'datetime', nullable: true })
  previousSecretUntil: Date | null = null;

  /** How many times in a row the receiver was unreachable or overloaded. While that is above zero, it gets one delivery at a time. */
  @Property({ type: 'integer', default: 0 })
  failures: number = 0;

  /** Nothing is sent before this time. */
  @Property({ type: 'datetime', nullable: true })
  notBefore: Date | null = null;

  /** When deliveries began to fail without a success since. */
  @Property({ type: 'datetime', nullable: true })
  failingSince: Date | null = null;

  @Field(() => DateTime, { description: 'When it was created.' })
  @Property({ type: 'datetime' })
  createdAt!: Date;
}
