import { Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/**
 * That a provider has ended sessions of its own. It is acted upon once: who has kept the token cannot end what begins later. And what the
 * provider answered before it begins no session after it (identities/add-identity.ts). Times of the token are not compared with ours for
 * either, since they are by another clock: by one that is slow, a logout would end nothing.
 */
@Entity({ tableName: 'provider_logouts' })
export class ProviderLogout {
  /** SHA-256 of issuer and `jti`. */
  @PrimaryKey({ type: 'blob' })
  digest!: Buffer;

  @Property({ type: 'string', length: 255 })
  issuer!: string;

  @Property({ type: 'string', length: 255, nullable: true })
  subject: string | null = null;

  @Property({ type: 'string', length: 255, nullable: true })
  sid: string | null = null;

  @Index()
  @Property({ type: 'datetime' })
  receivedAt!: Date;
}
