import { PrimaryKeyProp, type Rel } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { User } from '../users/user.entity.js';

/**
 * A user's id in the system they were imported from. Kept until the account is purged: a repeated import neither opens a second account
 * after a change of address, nor restores a user who deleted theirs.
 */
@Entity({ tableName: 'external_ids' })
export class ExternalId {
  [PrimaryKeyProp]?: ['source', 'externalId'];

  @PrimaryKey({ type: 'string', length: 64 })
  source!: string;

  @PrimaryKey({ type: 'string', length: 255 })
  externalId!: string;

  @ManyToOne({ entity: () => User, deleteRule: 'cascade', index: true })
  user!: Rel<User>;

  /**
   * When an import added all identities of this user. Null if some were left out, or all, as by earlier versions: the next import adds
   * them. Later ones do not, so that an identity that the user has unlinked does not come back.
   */
  @Property({ type: 'datetime', nullable: true })
  identitiesAt: Date | null = null;
}
