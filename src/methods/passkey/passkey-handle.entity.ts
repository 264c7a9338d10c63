import type { Rel } from '@mikro-orm/core';
import { Entity, OneToOne, Property, Unique } from '@mikro-orm/decorators/legacy';
import { User } from '../../users/user.entity.js';

/**
 * The user handle: `user.id` of WebAuthn. Random, since devices store it and show it to anyone who holds them: the user's id would reveal
 * when the account was created (WebAuthn L3 §14.6.1).
 */
@Entity({ tableName: 'passkey_handles' })
export class PasskeyHandle {
  @OneToOne({ entity: () => User, primary: true, deleteRule: 'cascade' })
  user!: Rel<User>;

  @Unique()
  @Property({ type: 'blob' })
  handle!: Buffer;
}
