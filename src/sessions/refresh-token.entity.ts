import type { Rel } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, OneToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Session } from './session.entity.js';

/** A secret: an entity GraphQL cannot name. Used ones stay while the session lives: a replay must be recognised. */
@Entity({ tableName: 'refresh_tokens' })
export class RefreshToken {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Index()
  @ManyToOne({ entity: () => Session, deleteRule: 'cascade' })
  session!: Rel<Session>;

  /** Unique: of a hundred parallel refreshes exactly one makes the child. */
  @OneToOne({ entity: () => RefreshToken, owner: true, nullable: true, unique: true, deleteRule: 'cascade' })
  parent: Rel<RefreshToken> | null = null;

  /** SHA-256 of the secret; 256 random bits need no slow hash. */
  @Property({ type: 'blob' })
  secretHash!: Buffer;

  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Property({ type: 'datetime', nullable: true })
  usedAt: Date | null = null;
}
