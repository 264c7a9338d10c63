import { Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** One access token that must not be trusted although its session lives. */
@Entity({ tableName: 'revoked_tokens' })
export class RevokedToken {
  @PrimaryKey({ type: 'uuid' })
  jti!: string;

  /** When the token itself expires: then the row may go. */
  @Index()
  @Property({ type: 'datetime' })
  expiresAt!: Date;
}
