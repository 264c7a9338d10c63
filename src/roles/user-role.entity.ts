import { PrimaryKeyProp, type Rel } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, Property } from '@mikro-orm/decorators/legacy';
import { User } from '../users/user.entity.js';
import { Role } from './role.entity.js';

/** Who holds which role. A role that is held cannot be deleted: the database refuses. */
@Entity({ tableName: 'user_roles' })
export class UserRole {
  [PrimaryKeyProp]?: ['user', 'role'];

  @ManyToOne({ entity: () => User, primary: true, deleteRule: 'cascade' })
  user!: Rel<User>;

  @Index()
  @ManyToOne({
    entity: () => Role,
    primary: true,
    fieldName: 'role_name',
    deleteRule: 'restrict',
    updateRule: 'no action',
  })
  role!: Rel<Role>;

  @Property({ type: 'datetime' })
  grantedAt!: Date;
}
