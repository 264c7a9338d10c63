import { Entity, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';

/**
 * A key that signs access tokens from `activeFrom` until the next one does. The public half is not stored: it is computed from the private
 * one, so that a row which an attacker wrote without SERVER_SECRET is not trusted.
 */
@Entity({ tableName: 'signing_keys' })
export class SigningKeyRow {
  /** One more than the previous key's: of two processes that create the next key, one fails on it. */
  @PrimaryKey({ type: 'integer', autoincrement: false })
  number!: number;

  /** RFC 7638. */
  @Unique()
  @Property({ type: 'string', length: 43 })
  kid!: string;

  /** PKCS #8, encrypted for its kid. */
  @Property({ type: 'text' })
  sealedKey!: string;

  /** Published from this time on. */
  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Property({ type: 'datetime' })
  activeFrom!: Date;

  /** From this time on its tokens are refused; null until the next key is created. */
  @Property({ type: 'datetime', nullable: true })
  retiredAt: Date | null = null;
}
