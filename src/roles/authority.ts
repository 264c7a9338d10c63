import type { EntityManager } from '@mikro-orm/postgresql';
import type { Person } from '../context.js';
import { Refusal } from '../errors.js';
import { ADMIN } from './permissions.js';
import type { Role } from './role.entity.js';
import { rolesOfUser } from './roles-loader.js';

type Rights = Pick<Role, 'name' | 'permissions'>;

/** Nobody hands out, or takes away, what they do not hold themselves: a right to manage would be every right. */
export function refuseBeyond(actor: Person, rights: Rights[], subject?: string): void {
  if (actor.claims.roles.includes(ADMIN)) return;
  if (rights.some(({ name }) => name === ADMIN)) throw new Refusal('FORBIDDEN', { role: ADMIN, subject });
  const lacking = rights
    .flatMap(({ permissions }) => permissions)
    .find((permission) => !actor.permissions.has(permission));
  if (lacking) throw new Refusal('FORBIDDEN', { permission: lacking, subject });
}

/** Nobody touches an account that may do more than they: whoever sets its address or ends its sessions could become it. */
export async function refuseAbove(em: EntityManager, actor: Person, userId: string): Promise<void> {
  refuseBeyond(actor, await rolesOfUser({ em }).load(userId), userId);
}
