import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** How far a reader of the audit log has come. */
@Entity({ tableName: 'audit_positions' })
export class AuditPosition {
  @PrimaryKey({ type: 'string', length: 32 })
  name!: string;

  /** The `seq` of the last event it has processed. */
  @Property({ type: 'bigint' })
  seq!: string;

  /** The process that reads, if only one at a time may. */
  @Property({ type: 'uuid', nullable: true })
  claimedBy: string | null = null;

  @Property({ type: 'datetime', nullable: true })
  claimedUntil: Date | null = null;
}
