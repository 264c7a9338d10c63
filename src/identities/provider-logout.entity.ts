import { Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/**
 * A provider's notice that it has ended sessions. It is processed once, so that a kept token cannot end sessions that begin later. And what
 * the provider answered before it begins no session after it (identities/add-identity.ts). The token's own times are not compared with
 * ours, since they are from another clock: with a slow one, a logout would end nothing.
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
