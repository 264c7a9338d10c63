import { Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/**
 * A logout token of a provider that was acted upon. It ends sessions once: who has kept it cannot end those that begin later. Their times
 * are not compared with its `iat` instead, since these are by two clocks: by one that is slow, a logout would end nothing.
 */
@Entity({ tableName: 'used_logout_tokens' })
export class UsedLogoutToken {
  /** SHA-256 of issuer and `jti`. */
  @PrimaryKey({ type: 'blob' })
  digest!: Buffer;

  /** From then on the token itself is too old. */
  @Index()
  @Property({ type: 'datetime' })
  expiresAt!: Date;
}
