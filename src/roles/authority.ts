import type { EntityManager } from '@mikro-orm/postgresql';
import { Refusal } from '../errors.js';
import type { Administrator } from './administer.js';
import { ADMIN } from './permissions.js';
import type { Role } from './role.entity.js';
import { rolesOfUser } from './roles-loader.js';

type RoleHolder = Pick<Administrator, 'roles'>;
type Rights = Pick<Role, 'name' | 'permissions'>;

export function assertPermitted({ roles }: RoleHolder, permission: string): void {
  if (!roles.some(({ permissions }) => permissions.includes(permission)))
    throw new Refusal('FORBIDDEN', { permission });
}

/** An actor cannot grant or withdraw rights that they do not hold: otherwise the right to manage would include every right. */
export function assertMayGrant({ roles }: RoleHolder, rights: Rights[], subject?: string): void {
  if (roles.some(({ name }) => name === ADMIN)) return;
  if (rights.some(({ name }) => name === ADMIN)) throw new Refusal('FORBIDDEN', { role: ADMIN, subject });
  assertHolds({ roles }, rights, subject);
}

/**
 * The same, also for the role admin: an administrator could grant themselves the right but does not hold it yet, nor the second factor that
 * its role may demand.
 */
export function assertHolds({ roles }: RoleHolder, rights: Rights[], subject?: string): void {
  const held = new Set(roles.flatMap(({ permissions }) => permissions));
  const lacking = rights.flatMap(({ permissions }) => permissions).find((permission) => !held.has(permission));
  if (lacking) throw new Refusal('FORBIDDEN', { permission: lacking, subject });
}

/** An actor cannot act upon an account with more rights than their own: by setting its address they could take it over. */
export async function assertMayManage(em: EntityManager, actor: RoleHolder, userId: string): Promise<void> {
  assertMayGrant(actor, await rolesOfUser({ em }).load(userId), userId);
}
