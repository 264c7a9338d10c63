import type { EntityManager } from '@mikro-orm/postgresql';
import { Refusal } from '../errors.js';
import { Role } from './role.entity.js';

/** The roles with these names. In an administration they can neither change nor be deleted before it ends. NOT_FOUND if one does not exist. */
export async function rolesByName(tx: EntityManager, names: string[]): Promise<Role[]> {
  if (names.length === 0) return [];
  const roles = await tx.find(Role, { name: { $in: names } }, { orderBy: { name: 'asc' } });
  const unknown = names.find((name) => roles.every((role) => role.name !== name));
  if (unknown !== undefined)
    throw new Refusal('NOT_FOUND', { message: `There is no role ${unknown}.`, field: 'input.roles' });
  return roles;
}
