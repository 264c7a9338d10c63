import { LockMode } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import type { Administering, Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { type Administrator, administer } from './administer.js';
import { assertMayGrant } from './authority.js';
import { ADMIN } from './permissions.js';
import { Role } from './role.entity.js';
import type { UpdateRoleInput } from './roles.input.js';

/**
 * Changes a role. If its permissions or its demand for a second factor change, one write revokes the access tokens of all holders, even a
 * million; their sessions go on. The permissions of the role admin cannot be changed: ROLE_BUILT_IN.
 */
export async function updateRole(ctx: Needs<Administering | 'revocations'>, input: UpdateRoleInput): Promise<Role> {
  const administration = { permission: 'roles:write', recent: true, changesRoles: true };
  const { role, revoked } = await administer(ctx, administration, async (tx, actor) => {
    const role = await tx.findOne(Role, { name: input.name }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!role) throw new Refusal('NOT_FOUND', { field: 'input.name' });
    const changed = changeRights(actor, role, input);
    const described = input.description !== undefined && input.description !== role.description;
    if (input.description !== undefined) role.description = input.description;
    role.updatedAt = ctx.clock.now();
    const { addedPermissions, removedPermissions, factorChanged } = changed;
    const fields = [
      ...(described ? ['description'] : []),
      ...(addedPermissions.length + removedPermissions.length > 0 ? ['permissions'] : []),
      ...(factorChanged ? ['requiresSecondFactor'] : []),
    ];
    const { requiresSecondFactor } = role;
    const details = { role: role.name, fields, addedPermissions, removedPermissions, requiresSecondFactor };
    record(ctx, tx, { action: 'updateRole', actorId: actor.id, sessionId: actor.sessionId, details });
    return { role, revoked: fields.some((field) => field !== 'description') };
  });
  if (revoked) await ctx.revocations.denyRoles(role.name);
  return role;
}

/** Changes what the holders' tokens and sign-ins depend on. */
function changeRights(actor: Administrator, role: Role, input: UpdateRoleInput) {
  const permissions = input.permissions ?? role.permissions;
  const requiresSecondFactor = input.requiresSecondFactor ?? role.requiresSecondFactor;
  // In both directions: withdrawing a right from others takes the right as much as granting it.
  const addedPermissions = permissions.filter((one) => !role.permissions.includes(one));
  const removedPermissions = role.permissions.filter((one) => !permissions.includes(one));
  const difference = [...removedPermissions, ...addedPermissions];
  const factorChanged = requiresSecondFactor !== role.requiresSecondFactor;
  if (difference.length > 0 && role.name === ADMIN) throw new Refusal('ROLE_BUILT_IN', { field: 'input.permissions' });
  // The demand for a second factor concerns everything that the holders may do.
  const touched = factorChanged ? [...difference, ...role.permissions] : difference;
  assertMayGrant(actor, [{ name: role.name, permissions: touched }]);
  if (difference.length > 0 || factorChanged) role.version += 1;
  Object.assign(role, { permissions, requiresSecondFactor });
  return { addedPermissions, removedPermissions, factorChanged };
}
