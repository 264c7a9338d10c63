import { OptionalProps } from '@mikro-orm/core';
import { Entity, Index, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';

/**
 * One event for one stream: the outbox. Triggers write it in the transaction of each change. It is signed when it is
 * delivered, and deleted when the receiver has acknowledged it.
 */
@Entity({ tableName: 'security_events' })
@Index({
  name: 'security_events_waiting',
  expression: ({ streamId, id, failedAt }, table, name) =>
    `create index "${name}" on "${table.name}" ("${streamId}", "${id}") where "${failedAt}" is null`,
})
export class SecurityEvent {
  [OptionalProps]?: 'error' | 'failedAt';

  @PrimaryKey({ type: 'bigint', autoincrement: true })
  id!: string;

  @Unique()
  @Property({ type: 'uuid', defaultRaw: 'gen_random_uuid()' })
  jti!: string;

  /** No foreign key, with which every sign-out would lock the row of every stream. Events of a deleted stream are purged. */
  @Property({ type: 'uuid' })
  streamId!: string;

  /** The transaction of the change: events of one cause share it, and its audit event says who caused them. */
  @Property({ type: 'string', columnType: 'xid8', defaultRaw: 'pg_current_xact_id()' })
  xact!: string;

  /** Its URI. */
  @Property({ type: 'text' })
  type!: string;

  /** The user it is about. No foreign key: the event about a purged account is sent when the account is gone. Null: it is about the stream. */
  @Property({ type: 'uuid', nullable: true })
  userId: string | null = null;

  @Property({ type: 'uuid', nullable: true })
  sessionId: string | null = null;

  /** The contents of the event beside who, when and why. */
  @Property({ type: 'json', defaultRaw: `'{}'` })
  details!: Record<string, unknown>;

  /** Why the receiver refused it, or why it was given up: it is not retried. */
  @Property({ type: 'string', length: 255, nullable: true })
  error: string | null = null;

  @Property({ type: 'datetime', nullable: true })
  failedAt: Date | null = null;

  @Index()
  @Property({ type: 'datetime', defaultRaw: 'clock_timestamp()' })
  createdAt!: Date;
}
