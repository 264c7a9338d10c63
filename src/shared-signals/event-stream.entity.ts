import { OptionalProps } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { newId } from '../platform/ids.js';

export type StreamStatus = 'enabled' | 'paused' | 'disabled';
export type DeliveryMethod = 'poll' | 'push';

/** The stream of one receiver: which events it gets, and how (Shared Signals Framework 1.0 §8.1.1). */
@Entity({ tableName: 'event_streams' })
export class EventStream {
  [OptionalProps]?: 'status' | 'failures';

  @PrimaryKey({ type: 'uuid' })
  id: string = newId();

  /** A name in RESOURCE_SERVERS. One stream each: with many, every change would be written many times. */
  @Unique()
  @Property({ type: 'string', length: 63 })
  receiver!: string;

  /** `disabled`: no events are written for it. `paused`: they are written, but not delivered. */
  @Property({ type: 'string', length: 16, default: 'enabled' })
  status: StreamStatus = 'enabled';

  @Property({ type: 'string', length: 255, nullable: true })
  statusReason: string | null = null;

  @Property({ type: 'string', length: 255, nullable: true })
  description: string | null = null;

  /** As the receiver requested; null if it did not say. */
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

  /** Consecutive failed pushes. */
  @Property({ type: 'integer', default: 0 })
  failures: number = 0;

  /** Nothing is pushed before this time. */
  @Property({ type: 'datetime', nullable: true })
  nextPushAt: Date | null = null;

  /** When a verification event was last requested. */
  @Property({ type: 'datetime', nullable: true })
  verifiedAt: Date | null = null;

  /** When its receiver was last active; updated with some delay, so that not every poll is a write. */
  @Property({ type: 'datetime' })
  usedAt!: Date;

  @Property({ type: 'datetime' })
  createdAt!: Date;
}
