import { record } from '../audit/record.js';
import type { Administering, Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { isId } from '../platform/ids.js';
import { administerServiceAccount } from './administer-service-account.js';
import { ServiceAccountSecret } from './service-account-secret.entity.js';
import type { ServiceAccount } from './service-account.entity.js';
import type { ServiceAccountSecretIdInput } from './service-accounts.input.js';

type RevokeNeeds = Needs<Administering | 'revocations'>;

/** Once this has answered, the secret and every access token issued for it are refused everywhere. The other secret stays valid. */
export async function revokeServiceAccountSecret(
  ctx: RevokeNeeds,
  { serviceAccountId, secretId }: ServiceAccountSecretIdInput,
): Promise<ServiceAccount> {
  const options = { permission: 'service-accounts:write', serviceAccountId, recent: false };
  const revoked = await administerServiceAccount(ctx, options, async (tx, actor, { account }) => {
    const of = { id: secretId, serviceAccount: account.id };
    const secret = isId(secretId) ? await tx.findOne(ServiceAccountSecret, of) : null;
    if (!secret) throw new Refusal('NOT_FOUND', { field: 'input.secretId' });
    tx.remove(secret);
    const details = { clientId: account.id, prefix: secret.prefix };
    const event = { actorId: actor.id, subjectId: account.id, sessionId: actor.sessionId };
    record(ctx, tx, { action: 'revokeServiceAccountSecret', ...event, details });
    return account;
  });
  await ctx.revocations.denySession(revoked.id, secretId);
  return revoked;
}
