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

  /** The token before it in the chain. Unique: of a hundred parallel refreshes exactly one makes the child. */
  @OneToOne({ entity: () => RefreshToken, owner: true, nullable: true, unique: true, deleteRule: 'cascade' })
  parent: Rel<RefreshToken> | null = null;

  /** SHA-256 of the secret; 256 random bits need no slow hash. */
  @Property({ type: 'blob' })
  secretHash!: Buffer;

  @Property({ type: 'datetime' })
  createdAt!: Date;

  /** When it was last traded, or superseded. */
  @Property({ type: 'datetime', nullable: true })
  usedAt: Date | null = null;

  /** It was never traded: the token before it came back too late, and was answered with the one after it. */
  @Property({ type: 'boolean', default: false })
  superseded: boolean = false;
}
