import type { Rel } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { newId } from '../platform/ids.js';
import { User } from '../users/user.entity.js';

/** A change of address that the owner of the old address can still undo. A secret: an entity GraphQL cannot name. */
@Entity({ tableName: 'email_changes' })
export class EmailChange {
  @PrimaryKey({ type: 'uuid' })
  id: string = newId();

  @Index()
  @ManyToOne({ entity: () => User, deleteRule: 'cascade' })
  user!: Rel<User>;

  @Property({ type: 'string', length: 254 })
  oldEmail!: string;

  /** Null if it was not verified. */
  @Property({ type: 'datetime', nullable: true })
  oldEmailVerifiedAt: Date | null = null;

  @Property({ type: 'string', length: 254 })
  newEmail!: string;

  /** SHA-256 of what the link in the mail to the old address carries. */
  @Unique()
  @Property({ type: 'blob' })
  undoTokenHash!: Buffer;

  @Index()
  @Property({ type: 'datetime' })
  undoUntil!: Date;

  @Property({ type: 'datetime' })
  changedAt!: Date;

  /** When it was undone, or voided because an earlier change was undone. */
  @Property({ type: 'datetime', nullable: true })
  undoneAt: Date | null = null;
}
