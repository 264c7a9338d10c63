import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** A signed JWT that has authenticated a service account, which each may do once (RFC 7523 §3, jti). */
@Entity({ tableName: 'client_assertions' })
export class ClientAssertion {
  /** SHA-256 of the client's id and the jti. */
  @PrimaryKey({ type: 'blob' })
  digest!: Buffer;

  @Property({ type: 'datetime' })
  expiresAt!: Date;
}
