import { Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

export type RevocationKind = 'session' | 'user' | 'role';

/**
 * One revocation, for services that verify access tokens themselves: the outbox of the feed. Triggers write it in the transaction of each change.
 */
@Entity({ tableName: 'revocations' })
export class Revocation {
  @PrimaryKey({ type: 'bigint', autoincrement: true })
  id!: string;

  /** The transaction's number shows what a reader has not seen: ids are assigned in another order than transactions commit. */
  @Index()
  @Property({ type: 'string', columnType: 'xid8', defaultRaw: 'pg_current_xact_id()' })
  xact!: string;

  @Property({ type: 'string', length: 16 })
  kind!: RevocationKind;

  /** The id of the session or of the user; the name of the role. */
  @Property({ type: 'text' })
  key!: string;

  /** Tokens that carry a lower one are revoked; null for a session. */
  @Property({ type: 'integer', nullable: true })
  version?: number | null;

  @Property({ type: 'datetime', defaultRaw: 'clock_timestamp()' })
  createdAt!: Date;
}
