import { record } from '../audit/record.js';
import type { Needs, Transaction } from '../context.js';
import { Refusal } from '../errors.js';
import { databaseNow } from '../platform/clock.js';
import { sqlIn } from '../platform/database.js';
import { isId } from '../platform/ids.js';
import { requireUser } from '../require-user.js';
import { assertStillSignedIn } from '../sessions/judge-again.js';
import { ApiKey } from './api-key.entity.js';
import type { ApiKeyIdInput } from './api-keys.input.js';

type RevokeNeeds = Needs<Transaction | 'actor' | 'limits' | 'revocations'>;

/** Revokes a key of the signed-in user; once more changes nothing. Another's key is as unknown as one that never was. */
export async function revokeApiKey(ctx: RevokeNeeds, { apiKeyId }: ApiKeyIdInput): Promise<ApiKey> {
  const person = await requireUser(ctx);
  const { userId, sessionId } = person;
  await ctx.limits.consume('revokeApiKey.account', userId);
  const revoked = await ctx.em.fork().transactional(async (tx) => {
    await assertStillSignedIn(ctx, tx, person);
    const apiKey = isId(apiKeyId) ? await tx.findOne(ApiKey, { id: apiKeyId, user: userId }) : null;
    if (!apiKey) throw new Refusal('NOT_FOUND', { field: 'input.apiKeyId' });
    if (apiKey.revokedAt) return apiKey;
    apiKey.revokedAt = await databaseNow(ctx, sqlIn(tx));
    const details = { prefix: apiKey.prefix };
    record(ctx, tx, { action: 'revokeApiKey', actorId: userId, subjectId: userId, sessionId, details });
    return apiKey;
  });
  // Once more, too: whoever was first may not have denied it yet, and this answer says that it is dead.
  await ctx.revocations.denySession(userId, revoked.id);
  return revoked;
}
