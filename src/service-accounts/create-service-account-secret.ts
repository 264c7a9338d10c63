import { record } from '../audit/record.js';
import type { Administering, Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { administerServiceAccount } from './administer-service-account.js';
import { newSecret, type ServiceAccountCreated } from './new-secret.js';
import { ServiceAccountSecret } from './service-account-secret.entity.js';
import type { ServiceAccountIdInput } from './service-accounts.input.js';

/** The secret in use and its successor. */
const MAX_SECRETS = 2;

/** A second secret beside the first: both work until one is revoked. */
export async function createServiceAccountSecret(
  ctx: Needs<Administering>,
  { serviceAccountId }: ServiceAccountIdInput,
): Promise<ServiceAccountCreated> {
  return administerServiceAccount(
    ctx,
    { permission: 'service-accounts:write', serviceAccountId, recent: true },
    async (tx, actor, { account }) => {
      if ((await tx.count(ServiceAccountSecret, { serviceAccount: account.id })) >= MAX_SECRETS)
        throw new Refusal('BAD_USER_INPUT', {
          message: `A service account has at most ${MAX_SECRETS} secrets. Revoke one first.`,
          field: 'input.serviceAccountId',
        });
      const { secret, row } = newSecret(tx, account, ctx.clock.now());
      const details = { clientId: account.id, prefix: row.prefix };
      const event = { actorId: actor.id, subjectId: account.id, sessionId: actor.sessionId };
      record(ctx, tx, { action: 'createServiceAccountSecret', ...event, details });
      return { serviceAccount: account, clientSecret: secret };
    },
  );
}
