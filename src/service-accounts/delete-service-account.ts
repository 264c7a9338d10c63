import { record } from '../audit/record.js';
import type { Administering, Needs } from '../context.js';
import { administerServiceAccount } from './administer-service-account.js';
import { ServiceAccountRole } from './service-account-role.entity.js';
import { ServiceAccountSecret } from './service-account-secret.entity.js';
import type { ServiceAccount } from './service-account.entity.js';
import type { ServiceAccountIdInput } from './service-accounts.input.js';

type DeleteNeeds = Needs<Administering | 'revocations'>;

/** Once this has answered, its credentials and access tokens are refused everywhere. Its name is kept for the audit log. */
export async function deleteServiceAccount(
  ctx: DeleteNeeds,
  { serviceAccountId }: ServiceAccountIdInput,
): Promise<ServiceAccount> {
  const options = { permission: 'service-accounts:write', serviceAccountId, recent: true };
  const deleted = await administerServiceAccount(ctx, options, async (tx, actor, { account, roles }) => {
    account.deletedAt = ctx.clock.now();
    account.version += 1;
    await tx.nativeDelete(ServiceAccountSecret, { serviceAccount: account.id });
    await tx.nativeDelete(ServiceAccountRole, { serviceAccount: account.id });
    const details = { clientId: account.id, removedRoles: roles.map(({ name }) => name) };
    const event = { actorId: actor.id, subjectId: account.id, sessionId: actor.sessionId };
    record(ctx, tx, { action: 'deleteServiceAccount', ...event, details });
    return account;
  });
  await ctx.revocations.denyUser(deleted.id, deleted.version);
  return deleted;
}
