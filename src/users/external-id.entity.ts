import { PrimaryKeyProp, type Rel } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey } from '@mikro-orm/decorators/legacy';
import { User } from './user.entity.js';

/**
 * How the system that a person was imported from calls them. Kept as long as the account is, deleted ones included: an
 * import that is run again neither opens a second account after a change of address nor brings back who has left.
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
}
