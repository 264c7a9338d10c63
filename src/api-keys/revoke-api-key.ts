import type { EntityManager } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import type { Administering, AuthenticatedUser, Mailing, Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { notify } from '../notices/notify.js';
import { databaseNow } from '../platform/clock.js';
import { sqlIn } from '../platform/database.js';
import { isId } from '../platform/ids.js';
import { requireUser } from '../require-user.js';
import { administer, type Administrator } from '../roles/administer.js';
import { assertMayManage } from '../roles/authority.js';
import { assertStillSignedIn } from '../sessions/assert-still-signed-in.js';
import { User } from '../users/user.entity.js';
import { ApiKey } from './api-key.entity.js';
import { apiKeyRevoked } from './api-key-revoked.mail.js';
import type { ApiKeyIdInput } from './api-keys.input.js';

type RevokeNeeds = Needs<Administering | Mailing | 'limits' | 'revocations'>;

/**
 * Revokes a key of the signed-in user or, with users:write, of another user, who gets a mail. Idempotent. Without that permission, another
 * user's key is answered like one that does not exist.
 */
export async function revokeApiKey(ctx: RevokeNeeds, { apiKeyId }: ApiKeyIdInput): Promise<ApiKey> {
  const person = await requireUser(ctx);
  await ctx.limits.consume('revokeApiKey.account', person.userId);
  const key = isId(apiKeyId) ? await ctx.em.fork().findOne(ApiKey, apiKeyId) : null;
  const owner = key?.user.id;
  const isOwn = owner === person.userId;
  if (!owner || !(isOwn || person.permissions.has('users:write'))) throw unknownKey();
  const revoked = await (isOwn ? revokeOwn(ctx, person, apiKeyId) : revokeOf(ctx, owner, apiKeyId));
  // Also when it was revoked before: the first request may not have denied it on the replicas yet, and this answer says that it is refused.
  await ctx.revocations.denySession(owner, revoked.id);
  return revoked;
}

function revokeOwn(ctx: RevokeNeeds, person: AuthenticatedUser, apiKeyId: string): Promise<ApiKey> {
  return ctx.em.fork().transactional(async (tx) => {
    await assertStillSignedIn(ctx, tx, person);
    return (await revoke(ctx, tx, apiKeyId, { id: person.userId, sessionId: person.sessionId })).apiKey;
  });
}

function revokeOf(ctx: RevokeNeeds, userId: string, apiKeyId: string): Promise<ApiKey> {
  return administer(ctx, { permission: 'users:write', others: [userId] }, async (tx, actor) => {
    const user = await tx.findOne(User, userId);
    if (!user) throw unknownKey();
    await assertMayManage(tx, actor, userId);
    const { apiKey, isNew } = await revoke(ctx, tx, apiKeyId, actor);
    if (isNew) await notify(ctx, tx, user, apiKeyRevoked, { device: null, key: `${apiKey.name} (${apiKey.prefix}…)` });
    return apiKey;
  });
}

/** The caller has locked the row of its user. */
async function revoke(
  ctx: RevokeNeeds,
  tx: EntityManager,
  apiKeyId: string,
  { id: actorId, sessionId }: Pick<Administrator, 'id' | 'sessionId'>,
): Promise<{ apiKey: ApiKey; isNew: boolean }> {
  const apiKey = await tx.findOne(ApiKey, apiKeyId);
  if (!apiKey) throw unknownKey();
  if (apiKey.revokedAt) return { apiKey, isNew: false };
  apiKey.revokedAt = await databaseNow(ctx, sqlIn(tx));
  const details = { prefix: apiKey.prefix };
  record(ctx, tx, { action: 'revokeApiKey', actorId, subjectId: apiKey.user.id, sessionId, details });
  return { apiKey, isNew: true };
}

function unknownKey(): Refusal {
  return new Refusal('NOT_FOUND', { field: 'input.apiKeyId' });
}
