import type { Rel } from '@mikro-orm/core';
import { Entity, OneToOne, Property } from '@mikro-orm/decorators/legacy';
import { User } from '../users/user.entity.js';

/** A secret: an entity GraphQL cannot name. */
@Entity({ tableName: 'passwords' })
export class Password {
  @OneToOne({ entity: () => User, primary: true, deleteRule: 'cascade' })
  user!: Rel<User>;

  /** PHC string or an imported format that `hasher.verify` knows. */
  @Property({ type: 'text' })
  hash!: string;

  @Property({ type: 'datetime' })
  changedAt!: Date;
}
