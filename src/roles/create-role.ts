import { record } from '../audit/record.js';
import type { Administering, Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { violatedUnique } from '../platform/database.js';
import { administer } from './administer.js';
import { assertMayGrant } from './authority.js';
import { Role } from './role.entity.js';
import type { CreateRoleInput } from './roles.input.js';

/** Creates a role. Refuses with ROLE_TAKEN, and with FORBIDDEN for permissions beyond the actor's own. */
export async function createRole(ctx: Needs<Administering>, input: CreateRoleInput): Promise<Role> {
  const now = ctx.clock.now();
  try {
    return await administer(ctx, { permission: 'roles:write', recent: true }, async (tx, actor) => {
      assertMayGrant(actor, [input]);
      const { name, description = null, permissions } = input;
      const requiresSecondFactor = input.requiresSecondFactor ?? false;
      const wanted = { name, description, permissions, requiresSecondFactor };
      const role = tx.create(Role, { ...wanted, createdAt: now, updatedAt: now });
      const details = { role: name, addedPermissions: permissions, requiresSecondFactor };
      record(ctx, tx, { action: 'createRole', actorId: actor.id, sessionId: actor.sessionId, details });
      return role;
    });
  } catch (error) {
    if (violatedUnique(error) !== null) throw new Refusal('ROLE_TAKEN', { field: 'input.name' });
    throw error;
  }
}
