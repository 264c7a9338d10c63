import { record } from '../audit/record.js';
import type { Administering, Needs } from '../context.js';
import { administer } from '../roles/administer.js';
import { assertMayGrant } from '../roles/authority.js';
import { rolesByName } from '../roles/roles-by-name.js';
import { newSecret, type ServiceAccountCreated } from './new-secret.js';
import { ServiceAccountRole } from './service-account-role.entity.js';
import { ServiceAccount } from './service-account.entity.js';
import type { CreateServiceAccountInput } from './service-accounts.input.js';

/** Creates a service account with its first secret. FORBIDDEN for roles with more rights than the actor. */
export async function createServiceAccount(
  ctx: Needs<Administering>,
  { name, description = null, roles: names, jwksUri = null }: CreateServiceAccountInput,
): Promise<ServiceAccountCreated> {
  return administer(ctx, { permission: 'service-accounts:write', recent: true }, async (tx, actor) => {
    const roles = await rolesByName(tx, names);
    assertMayGrant(actor, roles);
    const createdAt = ctx.clock.now();
    const serviceAccount = tx.create(ServiceAccount, { name, description, jwksUri, createdAt });
    for (const role of roles) tx.create(ServiceAccountRole, { serviceAccount, role });
    const { secret, row } = newSecret(tx, serviceAccount, createdAt);
    const { id: clientId } = serviceAccount;
    const details = { clientId, roles: names, prefix: row.prefix };
    const event = { actorId: actor.id, subjectId: clientId, sessionId: actor.sessionId };
    record(ctx, tx, { action: 'createServiceAccount', ...event, details });
    return { serviceAccount, clientSecret: secret };
  });
}
