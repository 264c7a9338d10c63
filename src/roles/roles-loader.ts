import DataLoader from 'dataloader';
import type { Needs } from '../context.js';
import type { Role } from './role.entity.js';
import { UserRole } from './user-role.entity.js';

/**
 * Roles by user id, by name; one statement for all the users of a request. `em` is not touched while all are primed.
 * Those of the soft-deleted too: whoever restores an administrator must not find an account without rights.
 */
export function rolesOfUser(from: Needs<'em'>): DataLoader<string, Role[]> {
  return new DataLoader(async (ids) => {
    const held = await from.em.find(
      UserRole,
      { user: { $in: [...ids] } },
      { populate: ['role'], orderBy: { role: { name: 'asc' } }, filters: { notDeleted: false } },
    );
    return ids.map((id) => held.filter(({ user }) => user.id === id).map(({ role }) => role));
  });
}
