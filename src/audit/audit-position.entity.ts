import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** How far something has come that walks through the audit log. */
@Entity({ tableName: 'audit_positions' })
export class AuditPosition {
  @PrimaryKey({ type: 'string', length: 32 })
  name!: string;

  /** The `seq` of the last event that it is done with. */
  @Property({ type: 'bigint' })
  seq!: string;

  /** The process that walks, where one at a time may. */
  @Property({ type: 'uuid', nullable: true })
  claimedBy: string | null = null;

  @Property({ type: 'datetime', nullable: true })
  claimedUntil: Date | null = null;
}
