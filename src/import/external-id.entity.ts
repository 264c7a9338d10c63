import { PrimaryKeyProp, type Rel } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { User } from '../users/user.entity.js';

/**
 * The id of a person in the system they were imported from. Kept until the account is purged: an import that is run again
 * neither opens a second account after a change of address, nor brings back a person who has deleted theirs.
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
   * When an import brought all identities of this person. Null if some were left out, or all, as earlier versions did: the next import
   * adds them. After that none does, so that an identity that the person has unlinked does not come back.
   */
  @Property({ type: 'datetime', nullable: true })
  identitiesAt: Date | null = null;
}
