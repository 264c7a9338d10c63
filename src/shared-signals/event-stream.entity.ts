import { OptionalProps } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { newId } from '../platform/ids.js';

export type StreamStatus = 'enabled' | 'paused' | 'disabled';
export type DeliveryMethod = 'poll' | 'push';

/** The stream of one receiver: which events it is told of, and how (Shared Signals Framework 1.0 §8.1.1). */
@Entity({ tableName: 'event_streams' })
export class EventStream {
  [OptionalProps]?: 'status' | 'failures';

  @PrimaryKey({ type: 'uuid' })
  id: string = newId();

  /** A name in RESOURCE_SERVERS. One stream each: many would be a way to have every change written many times. */
  @Unique()
  @Property({ type: 'string', length: 63 })
  receiver!: string;

  /** `disabled`: nothing is written for it. `paused`: it is written, and kept back. */
  @Property({ type: 'string', length: 16, default: 'enabled' })
  status: StreamStatus = 'enabled';

  @Property({ type: 'string', length: 255, nullable: true })
  statusReason: string | null = null;

  @Property({ type: 'string', length: 255, nullable: true })
  description: string | null = null;

  /** As the receiver asked; null where it did not say. */
  @Property({ type: 'string[]', columnType: 'text[]', nullable: true })
  eventsRequested: string[] | null = null;

  @Property({ type: 'string[]', columnType: 'text[]' })
  eventsDelivered!: string[];

  @Property({ type: 'string', length: 8 })
  method!: DeliveryMethod;

  /** Where events are pushed to. */
  @Property({ type: 'text', nullable: true })
  endpointUrl: string | null = null;

  /** The receiver's secret, encrypted for this stream and address. */
  @Property({ type: 'text', nullable: true })
  authorizationHeader: string | null = null;

  /** Pushes that failed one after another. */
  @Property({ type: 'integer', default: 0 })
  failures: number = 0;

  /** Nothing is pushed before. */
  @Property({ type: 'datetime', nullable: true })
  nextPushAt: Date | null = null;

  /** When a verification event was last asked for. */
  @Property({ type: 'datetime', nullable: true })
  verifiedAt: Date | null = null;

  /** When its receiver was last heard of; a little late, so that not every poll is a write. */
  @Property({ type: 'datetime' })
  usedAt!: Date;

  @Property({ type: 'datetime' })
  createdAt!: Date;
}
