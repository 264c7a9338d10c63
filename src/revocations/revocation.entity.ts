import { Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

export type RevocationKind = 'session' | 'user' | 'role';

/**
 * One revocation, for those who verify access tokens by themselves: the outbox of the feed. Triggers write it in the transaction of
 * each change.
 */
@Entity({ tableName: 'revocations' })
export class Revocation {
  @PrimaryKey({ type: 'bigint', autoincrement: true })
  id!: string;

  /** By its number a reader knows what it has not seen: ids are given in another order than transactions commit. */
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
