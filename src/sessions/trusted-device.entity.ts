import type { Rel } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { newId } from '../platform/ids.js';
import { User } from '../users/user.entity.js';

/**
 * A device on which a user need not give the second factor. It is recognised by this row together with the user's tag in its cookie
 * (sign-in/device-cookie.ts). A secret: an entity GraphQL cannot name.
 */
@Entity({ tableName: 'trusted_devices' })
@Unique({ properties: ['user', 'deviceHash'] })
export class TrustedDevice {
  @PrimaryKey({ type: 'uuid' })
  id: string = newId();

  @ManyToOne({ entity: () => User, deleteRule: 'cascade' })
  user!: Rel<User>;

  /** SHA-256 of the id in the device cookie: 132 random bits. */
  @Property({ type: 'blob' })
  deviceHash!: Buffer;

  /** The user's security stamp when they trusted it: once that has been raised, the device is no longer trusted. */
  @Property({ type: 'integer' })
  securityStamp!: number;

  @Index()
  @Property({ type: 'datetime' })
  expiresAt!: Date;
}
