import type { EntityManager } from '@mikro-orm/postgresql';
import { revokeApiKeys } from '../api-keys/revoke-api-keys.js';
import { invalidateAll } from '../challenges/consume-challenge.js';
import type { Needs } from '../context.js';
import { Identity } from '../identities/identity.entity.js';
import { endSessions } from '../sessions/end-sessions.js';

interface ShutOut {
  /** How many identities were removed, and how many live sessions ended. */
  identitiesRemoved: number;
  endedSessions: number;
  /** The sessions and the keys that were live; hand them to `revocations.denySessions` once the transaction has committed. */
  ended: string[];
}

/**
 * Ends every session and code of an account in the caller's transaction, and removes its identities and API keys, or only those made since
 * a given time: a stranger who was in the account must not return with them.
 */
export async function shutOut(ctx: Needs<'clock'>, tx: EntityManager, userId: string, since?: Date): Promise<ShutOut> {
  const made = { user: userId, ...(since && { createdAt: { $gte: since } }) };
  const identitiesRemoved = await tx.nativeDelete(Identity, made);
  await invalidateAll(ctx, tx, userId);
  const keys = await revokeApiKeys(ctx, tx, userId, since);
  const sessions = await endSessions(ctx, tx, { userId });
  return { identitiesRemoved, endedSessions: sessions.length, ended: [...sessions, ...keys] };
}
