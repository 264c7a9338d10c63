import { OptionalProps, type Rel } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { newId } from '../platform/ids.js';
import { Session } from '../sessions/session.entity.js';
import { User } from '../users/user.entity.js';

/**
 * One sign-in by a provider, or one link, from its start to the session. It has three different secrets, each accepted in one place: the
 * token that opens our start address, the `state` that the provider returns, and the `code` that the application gets. The provider's
 * profile stays here: a client never says which identity is linked. A secret: an entity GraphQL cannot name.
 */
@Entity({ tableName: 'provider_attempts' })
export class ProviderAttempt {
  [OptionalProps]?: 'tokenHash' | 'browserHash' | 'codeHash';

  @PrimaryKey({ type: 'uuid' })
  id: string = newId();

  /** The provider's id in PROVIDERS. Only its callback answers the attempt (mix-up, RFC 9700 §4.4). */
  @Property({ type: 'string', length: 64 })
  provider!: string;

  /** Where the browser returns to. One of REDIRECT_URIS when it began. */
  @Property({ type: 'text' })
  redirectUri!: string;

  /** The application's own `state`. */
  @Property({ type: 'text', nullable: true })
  clientState: string | null = null;

  /** The challenge of the application's PKCE verifier: the code alone is useless (RFC 7636). */
  @Property({ type: 'string', length: 43 })
  codeChallenge!: string;

  /** SHA-256 of the token that opens the start address. Null if a plain link began it. */
  @Unique()
  @Property({ type: 'blob', nullable: true })
  tokenHash: Buffer | null = null;

  /** SHA-256 of the `state` that the provider returns. */
  @Unique()
  @Property({ type: 'blob' })
  stateHash!: Buffer;

  /** Encrypted for this attempt: what is sent to the provider (state, nonce), and our own PKCE verifier. */
  @Property({ type: 'text' })
  outward!: string;

  /** SHA-256 of the cookie of the browser that opened the start address first. */
  @Property({ type: 'blob', nullable: true })
  browserHash: Buffer | null = null;

  /** Encrypted for this attempt: what the provider sent in a form beside code and state. */
  @Property({ type: 'text', nullable: true })
  form: string | null = null;

  /** The user who links. Null for a sign-in. */
  @Index()
  @ManyToOne({ entity: () => User, nullable: true, deleteRule: 'cascade' })
  user: Rel<User> | null = null;

  /** The session in which the link was begun. */
  @Index()
  @ManyToOne({ entity: () => Session, nullable: true, deleteRule: 'cascade' })
  session: Rel<Session> | null = null;

  /** The security stamp of the user who links: once it has been raised, the attempt is void. */
  @Property({ type: 'integer', nullable: true })
  securityStamp: number | null = null;

  /** When the provider's answer arrived. Only one is accepted. */
  @Property({ type: 'datetime', nullable: true })
  answeredAt: Date | null = null;

  /** Encrypted for this attempt: the verified profile. Null once it has been used. */
  @Property({ type: 'text', nullable: true })
  profile: string | null = null;

  /** SHA-256 of the code that the application got. */
  @Unique()
  @Property({ type: 'blob', nullable: true })
  codeHash: Buffer | null = null;

  @Property({ type: 'datetime', nullable: true })
  codeExpiresAt: Date | null = null;

  /** When the code was exchanged. */
  @Property({ type: 'datetime', nullable: true })
  completedAt: Date | null = null;

  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Index()
  @Property({ type: 'datetime' })
  expiresAt!: Date;
}
