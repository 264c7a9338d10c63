import { Check, Entity, Index, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { newId } from '../platform/ids.js';

/**
 * The newest `register` of an address, until the address is verified: then it becomes an account. There is one row for each address,
 * whether or not the address has an owner, so that a stranger cannot find out. A secret: an entity GraphQL cannot name.
 */
@Entity({ tableName: 'pending_registrations' })
@Check({ name: 'pending_registrations_email_lower_case', expression: `email !~ '[A-Z]'` })
export class PendingRegistration {
  @PrimaryKey({ type: 'uuid' })
  id: string = newId();

  /** In ASCII lower case, as in User. */
  @Unique()
  @Property({ type: 'string', length: 254 })
  email!: string;

  /** Requested, not reserved: an account that takes it in the meantime keeps it. */
  @Property({ type: 'string', length: 32, nullable: true })
  username: string | null = null;

  @Property({ type: 'string', length: 100, nullable: true })
  displayName: string | null = null;

  @Property({ type: 'string', length: 35, nullable: true })
  locale: string | null = null;

  /**
   * With the salt of the owner's hash, if the address has an owner: `login` then compares a password with both in one computation. Null if
   * none was chosen.
   */
  @Property({ type: 'text', nullable: true })
  passwordHash: string | null = null;

  @Property({ type: 'datetime' })
  createdAt!: Date;

  /** When the address was last registered. The row is deleted a month later. */
  @Index()
  @Property({ type: 'datetime' })
  updatedAt!: Date;
}
