import DataLoader from 'dataloader';
import type { Needs } from '../context.js';
import { roleNameField } from './permissions.js';
import { Role } from './role.entity.js';
import { UserRole } from './user-role.entity.js';

/**
 * Roles by user id, by name; one statement for all the users of a request. `em` is not touched while all are primed.
 * Includes soft-deleted users: a restored administrator must have their rights.
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

/** A role by its name; null if there is none. */
export function roleByName({ em }: Needs<'em'>): DataLoader<string, Role | null> {
  return new DataLoader(async (names) => {
    const known = names.filter((name) => roleNameField.safeParse(name).success);
    const roles = new Map((await em.find(Role, { name: { $in: known } })).map((role) => [role.name, role]));
    return names.map((name) => roles.get(name) ?? null);
  });
}
