import type { EntityManager } from '@mikro-orm/postgresql';
import { USER } from './permissions.js';
import { UserRole } from './user-role.entity.js';

/** Whether the person holds more than everybody's role: such an account is nobody's to take over or to push aside. */
export async function isPrivileged(em: EntityManager, userId: string): Promise<boolean> {
  return (await em.count(UserRole, { user: userId, role: { $ne: USER } })) > 0;
}
