import { changedFields } from '../audit/details.js';
import { record } from '../audit/record.js';
import type { Administering, Needs } from '../context.js';
import { assertMayGrant } from '../roles/authority.js';
import { rolesByName } from '../roles/roles-by-name.js';
import { administerServiceAccount } from './administer-service-account.js';
import { ServiceAccountRole } from './service-account-role.entity.js';
import type { ServiceAccount } from './service-account.entity.js';
import type { UpdateServiceAccountInput } from './service-accounts.input.js';

type UpdateNeeds = Needs<Administering | 'revocations' | 'loaders'>;

/** If roles or keys change, the access tokens of the service account are refused everywhere once this has answered. */
export async function updateServiceAccount(
  ctx: UpdateNeeds,
  input: UpdateServiceAccountInput,
): Promise<ServiceAccount> {
  const { serviceAccountId } = input;
  const options = { permission: 'service-accounts:write', serviceAccountId, recent: true };
  const { account, revoked } = await administerServiceAccount(ctx, options, async (tx, actor, { account, roles }) => {
    const held = roles.map(({ name }) => name);
    const names = input.roles ?? held;
    const added = names.filter((name) => !held.includes(name));
    const removed = held.filter((name) => !names.includes(name));
    const addedRoles = await rolesByName(tx, added);
    assertMayGrant(actor, addedRoles);
    const { name, description, jwksUri } = account;
    const before = { name, description, jwksUri };
    const after = {
      name: input.name ?? name,
      description: input.description === undefined ? description : input.description,
      jwksUri: input.jwksUri === undefined ? jwksUri : input.jwksUri,
    };
    const fields = changedFields(before, after);
    const revoked = added.length + removed.length > 0 || fields.includes('jwksUri');
    Object.assign(account, after);
    if (revoked) account.version += 1;
    for (const role of addedRoles) tx.create(ServiceAccountRole, { serviceAccount: account, role });
    if (removed.length > 0)
      await tx.nativeDelete(ServiceAccountRole, { serviceAccount: account.id, role: { $in: removed } });
    const details = { clientId: account.id, fields, addedRoles: added, removedRoles: removed };
    const event = { actorId: actor.id, subjectId: account.id, sessionId: actor.sessionId };
    record(ctx, tx, { action: 'updateServiceAccount', ...event, details });
    return { account, revoked };
  });
  if (revoked) await ctx.revocations.denyUser(account.id, account.version);
  ctx.loaders.rolesOfServiceAccount.clear(account.id);
  return account;
}
