import { Entity, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';

/**
 * One link of the chain that makes the log tamper-evident: it covers every event with firstSeq ≤ seq ≤ lastSeq, and
 * the link before it. All digests are HMAC-SHA-256 under a key that is not in the database.
 */
@Entity({ tableName: 'audit_seals' })
export class AuditSeal {
  @PrimaryKey({ type: 'integer', autoincrement: false })
  number!: number;

  /** One more than the lastSeq before it: the seals leave no gap in which an event could be slipped in. */
  @Property({ type: 'bigint' })
  firstSeq!: string;

  @Unique()
  @Property({ type: 'bigint' })
  lastSeq!: string;

  @Property({ type: 'integer' })
  events!: number;

  /** The latest `at` of its events: retention counts from here. */
  @Property({ type: 'datetime' })
  newestAt!: Date;

  /** For each event, by seq: its id (16 bytes) and its digest (16 bytes). Shows which event was altered. */
  @Property({ type: 'blob' })
  leaves!: Buffer;

  /** Digest of the leaves: holds the chain together when they are gone. */
  @Property({ type: 'blob' })
  root!: Buffer;

  /** The hash of the seal before it; empty in the first. */
  @Property({ type: 'blob' })
  previous!: Buffer;

  @Property({ type: 'blob' })
  hash!: Buffer;

  @Property({ type: 'datetime' })
  sealedAt!: Date;

  /** The key of its digests; null in seals from before seals named their key. */
  @Property({ type: 'blob', nullable: true })
  keyId: Buffer | null = null;

  /** When its events were deleted after their retention. Only the latest such seal is kept: the chain begins there. */
  @Property({ type: 'datetime', nullable: true })
  purgedAt: Date | null = null;

  /** Proves that the retention job deleted them, and not an attacker. */
  @Property({ type: 'blob', nullable: true })
  purgeProof: Buffer | null = null;
}
