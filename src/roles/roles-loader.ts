import type { EntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import type { Role } from './role.entity.js';
import { UserRole } from './user-role.entity.js';

/** Roles by user id, by name; one statement for all the users of a request. */
export function rolesOfUser(em: EntityManager): DataLoader<string, Role[]> {
  return new DataLoader(async (ids) => {
    const held = await em.find(UserRole, { user: { $in: [...ids] } }, { populate: ['role'], orderBy: { role: { name: 'asc' } } });
    return ids.map((id) => held.filter(({ user }) => user.id === id).map(({ role }) => role));
  });
}
