import type { Rel } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { newId } from '../platform/ids.js';
import { User } from '../users/user.entity.js';

/** A change of address that can still be taken back by a reader of the old address's mail. A secret: not for GraphQL. */
@Entity({ tableName: 'email_changes' })
export class EmailChange {
  @PrimaryKey({ type: 'uuid' })
  id: string = newId();

  @Index()
  @ManyToOne({ entity: () => User, deleteRule: 'cascade' })
  user!: Rel<User>;

  @Property({ type: 'string', length: 254 })
  oldEmail!: string;

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

  /** Taken back, or made void when an earlier change was. */
  @Property({ type: 'datetime', nullable: true })
  undoneAt: Date | null = null;
}
