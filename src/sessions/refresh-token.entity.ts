import { OptionalProps, type Rel } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, OneToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Session } from './session.entity.js';

/** A secret: an entity GraphQL cannot name. Used ones stay while the session lives: a replay must be recognised. */
@Entity({ tableName: 'refresh_tokens' })
export class RefreshToken {
  [OptionalProps]?: 'superseded';

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Index()
  @ManyToOne({ entity: () => Session, deleteRule: 'cascade' })
  session!: Rel<Session>;

  /** The previous token of the chain. Unique: of a hundred parallel refreshes exactly one creates the child. */
  @OneToOne({ entity: () => RefreshToken, owner: true, nullable: true, unique: true, deleteRule: 'cascade' })
  parent: Rel<RefreshToken> | null = null;

  /** SHA-256 of the secret; 256 random bits need no slow hash. */
  @Property({ type: 'blob' })
  secretHash!: Buffer;

  @Property({ type: 'datetime' })
  createdAt!: Date;

  /** When it was last exchanged, or superseded. */
  @Property({ type: 'datetime', nullable: true })
  usedAt: Date | null = null;

  /** It was never exchanged: the previous token came back late, and was answered with a new child in its place. */
  @Property({ type: 'boolean', default: false })
  superseded: boolean = false;
}
