import { record } from '../audit/record.js';
import type { Administering, Needs } from '../context.js';
import { assertMayGrant } from '../roles/authority.js';
import { grantRole } from '../roles/grant-role.js';
import { assertNotLastAdmin } from '../roles/last-admin.js';
import { ADMIN } from '../roles/permissions.js';
import { rolesByName } from '../roles/roles-by-name.js';
import { UserRole } from '../roles/user-role.entity.js';
import { bumpRightsVersion } from '../users/bump-rights-version.js';
import type { User } from '../users/user.entity.js';
import type { UpdateUserRolesInput } from './admin.input.js';
import { administerUser } from './administer-user.js';

/** Sets a user's roles to exactly these. Once this has answered, their access tokens are refused everywhere; their sessions go on. */
export async function updateUserRoles(
  ctx: Needs<Administering | 'revocations' | 'loaders'>,
  { userId, roles: names }: UpdateUserRolesInput,
): Promise<User> {
  const administration = { permission: 'users:write', userId, recent: true };
  const { user, version } = await administerUser(ctx, administration, async (tx, actor, user) => {
    const held = (await tx.find(UserRole, { user: user.id })).map(({ role }) => role.name);
    const added = names.filter((name) => !held.includes(name));
    const removed = held.filter((name) => !names.includes(name)).sort();
    assertMayGrant(actor, await rolesByName(tx, added), user.id);
    if (removed.includes(ADMIN)) await assertNotLastAdmin(tx, user.id);
    for (const name of added) grantRole(ctx, tx, user, name);
    if (removed.length > 0) await tx.nativeDelete(UserRole, { user: user.id, role: { $in: removed } });
    record(ctx, tx, {
      action: 'updateUserRoles',
      actorId: actor.id,
      subjectId: user.id,
      sessionId: actor.sessionId,
      details: { added, removed },
    });
    const changed = added.length > 0 || removed.length > 0;
    return { user, version: changed ? await bumpRightsVersion(ctx, tx, user.id) : null };
  });
  if (version !== null) await ctx.revocations.denyUser(user.id, version);
  ctx.loaders.rolesOfUser.clear(user.id);
  return user;
}
