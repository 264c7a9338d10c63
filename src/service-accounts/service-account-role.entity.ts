import { PrimaryKeyProp, type Rel } from '@mikro-orm/core';
import { Entity, Index, ManyToOne } from '@mikro-orm/decorators/legacy';
import { Role } from '../roles/role.entity.js';
import { ServiceAccount } from './service-account.entity.js';

/** Which service account holds which role. A role that is held cannot be deleted: the database refuses. */
@Entity({ tableName: 'service_account_roles' })
export class ServiceAccountRole {
  [PrimaryKeyProp]?: ['serviceAccount', 'role'];

  @ManyToOne({ entity: () => ServiceAccount, primary: true, deleteRule: 'cascade' })
  serviceAccount!: Rel<ServiceAccount>;

  @Index()
  @ManyToOne({
    entity: () => Role,
    primary: true,
    fieldName: 'role_name',
    deleteRule: 'restrict',
    updateRule: 'no action',
  })
  role!: Rel<Role>;
}
