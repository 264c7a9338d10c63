import type { Feature } from '../feature.js';
import { Role } from './role.entity.js';
import { RolesResolver } from './roles.resolver.js';
import { UserRole } from './user-role.entity.js';
import { UserRolesResolver } from './user-roles.resolver.js';
import { roleData } from './personal-data.js';

export const roles: Feature = {
  name: 'roles',
  entities: [Role, UserRole],
  resolvers: [RolesResolver, UserRolesResolver],
  personalData: roleData,
};
