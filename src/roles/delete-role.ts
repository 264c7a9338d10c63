import { LockMode } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import type { Administering, Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { administer } from './administer.js';
import { assertMayGrant } from './authority.js';
import { Role } from './role.entity.js';
import type { DeleteRoleInput } from './roles.input.js';
import { ServiceAccountRole } from '../service-accounts/service-account-role.entity.js';
import { UserRole } from './user-role.entity.js';

/** Deletes a role. ROLE_IN_USE while a user or a service account holds it, ROLE_BUILT_IN for those that belong to the gateway. */
export async function deleteRole(ctx: Needs<Administering>, { name }: DeleteRoleInput): Promise<Role> {
  return administer(ctx, { permission: 'roles:write', recent: true, changesRoles: true }, async (tx, actor) => {
    // A concurrent import that grants the role takes no administration lock: either it wrote first, and this waits for it, or it finds the role gone.
    const role = await tx.findOne(Role, { name }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!role) throw new Refusal('NOT_FOUND', { field: 'input.name' });
    if (role.builtIn) throw new Refusal('ROLE_BUILT_IN', { field: 'input.name' });
    assertMayGrant(actor, [role]);
    // Soft-deleted users count too: if restored, they would lack the role.
    if (
      (await tx.findOne(UserRole, { role: name }, { filters: false })) ??
      (await tx.findOne(ServiceAccountRole, { role: name }))
    )
      throw new Refusal('ROLE_IN_USE', { field: 'input.name' });
    await tx.nativeDelete(Role, { name });
    const details = { role: name, removedPermissions: role.permissions };
    record(ctx, tx, { action: 'deleteRole', actorId: actor.id, sessionId: actor.sessionId, details });
    return role;
  });
}
