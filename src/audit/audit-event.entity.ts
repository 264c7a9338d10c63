import { Entity, Enum, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { registerEnumType } from 'type-graphql';
import { newId } from '../platform/ids.js';

export enum AuditOutcome {
  SUCCEEDED = 'SUCCEEDED',
  REFUSED = 'REFUSED',
}
registerEnumType(AuditOutcome, { name: 'AuditOutcome' });

/** What happened. Holds ids, not relations: an event outlives the person it speaks of. */
@Entity({ tableName: 'audit_events' })
@Index({ properties: ['subjectId', 'at'] })
export class AuditEvent {
  @PrimaryKey({ type: 'uuid' })
  id: string = newId();

  @Index()
  @Property({ type: 'datetime' })
  at!: Date;

  /** Named as the operation that caused it. */
  @Property({ type: 'string', length: 64 })
  action!: string;

  @Enum({ items: () => AuditOutcome, type: 'string', length: 16 })
  outcome: AuditOutcome = AuditOutcome.SUCCEEDED;

  /** The refusal's code. */
  @Property({ type: 'string', length: 40, nullable: true })
  code: string | null = null;

  @Property({ type: 'uuid', nullable: true })
  actorId: string | null = null;

  @Property({ type: 'uuid', nullable: true })
  subjectId: string | null = null;

  @Property({ type: 'uuid', nullable: true })
  sessionId: string | null = null;

  @Property({ type: 'string', length: 45, nullable: true })
  ipAddress: string | null = null;

  @Property({ type: 'string', length: 512, nullable: true })
  userAgent: string | null = null;

  @Property({ type: 'string', length: 64, nullable: true })
  requestId: string | null = null;
}
