import type { EntityManager } from '@mikro-orm/postgresql';
import { USER } from './permissions.js';
import { UserRole } from './user-role.entity.js';

/** Whether the user holds more than the role user: such an account is left to administrators. */
export async function isPrivileged(em: EntityManager, userId: string): Promise<boolean> {
  return (await em.count(UserRole, { user: userId, role: { $ne: USER } })) > 0;
}
