import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** How far a job has come that walks through the audit log. */
@Entity({ tableName: 'audit_positions' })
export class AuditPosition {
  @PrimaryKey({ type: 'string', length: 32 })
  name!: string;

  /** The `seq` of the last event that it is done with. */
  @Property({ type: 'bigint' })
  seq!: string;
}
