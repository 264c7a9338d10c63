import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ObjectType } from 'type-graphql';
import { record } from '../audit/record.js';
import type { Mailing, Needs, RecentlyAuthenticated, Transaction } from '../context.js';
import { Refusal } from '../errors.js';
import { notify } from '../notices/notify.js';
import { databaseNow } from '../platform/clock.js';
import { sqlIn } from '../platform/database.js';
import { requireUser } from '../require-user.js';
import { assertPermitted } from '../roles/authority.js';
import { assertStillSignedIn } from '../sessions/assert-still-signed-in.js';
import { assertStillRecent } from '../sessions/recent-authentication.js';
import { apiKeyCreated } from './api-key-created.mail.js';
import { ApiKey } from './api-key.entity.js';
import { apiKeySecrets, hashOfApiKey } from './api-key-secret.js';
import type { CreateApiKeyInput } from './api-keys.input.js';

/** A script that creates keys in a loop must not fill the user's list: a stolen key could no longer be found in it. */
const MAX_LIVE_KEYS = 50;

@ObjectType({ description: 'A new API key and its secret.' })
export class ApiKeyCreated {
  @Field(() => ApiKey, { description: 'The key.' })
  apiKey!: ApiKey;

  @Field(() => String, {
    description: 'The secret, which is shown this once. Send it in the Authorization header: `Bearer <secret>`.',
  })
  secret!: string;
}

type CreateNeeds = Needs<Transaction | Mailing | RecentlyAuthenticated | 'limits'>;

/** Creates a key for the signed-in user, with permissions that they hold when it commits. */
export async function createApiKey(
  ctx: CreateNeeds,
  { name, permissions, expiresAt = null }: CreateApiKeyInput,
): Promise<ApiKeyCreated> {
  const person = await requireUser(ctx);
  await ctx.limits.consume('createApiKey.account', person.userId);
  const secret = apiKeySecrets.create();
  return ctx.em.fork().transactional(async (tx) => {
    const who = await assertStillSignedIn(ctx, tx, person);
    await assertStillRecent(ctx, tx, person);
    for (const permission of permissions) assertPermitted(who, permission);
    // By PostgreSQL's clock, which decides whether it has expired.
    const createdAt = await databaseNow(ctx, sqlIn(tx));
    if (expiresAt && expiresAt <= createdAt)
      throw new Refusal('BAD_USER_INPUT', { field: 'input.expiresAt', message: 'An API key expires in the future.' });
    await assertRoom(tx, person.userId, createdAt);
    const given = { user: person.userId, name, permissions, createdAt, expiresAt };
    const apiKey = tx.create(ApiKey, {
      ...given,
      prefix: apiKeySecrets.prefixOf(secret),
      secretHash: hashOfApiKey(secret),
    });
    await notify(ctx, tx, who.user, apiKeyCreated, { key: `${name} (${apiKey.prefix}…)` });
    const event = { actorId: person.userId, subjectId: person.userId, sessionId: person.sessionId };
    record(ctx, tx, { action: 'createApiKey', ...event, details: { prefix: apiKey.prefix, permissions } });
    return { apiKey, secret };
  });
}

async function assertRoom(tx: EntityManager, userId: string, now: Date): Promise<void> {
  const unexpired = [{ expiresAt: null }, { expiresAt: { $gt: now } }];
  const live = await tx.count(ApiKey, { user: userId, revokedAt: null, $or: unexpired });
  if (live < MAX_LIVE_KEYS) return;
  const message = `A user has at most ${MAX_LIVE_KEYS} API keys. Revoke one first.`;
  throw new Refusal('BAD_USER_INPUT', { message });
}
