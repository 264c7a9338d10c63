import type { EntityManager } from '@mikro-orm/postgresql';
import { Identity } from './identity.entity.js';

/**
 * Removes the identities of a user, or those that were linked since a moment, in the caller's transaction: the person who linked them
 * must not come back by them.
 */
export function removeIdentities(tx: EntityManager, userId: string, since?: Date): Promise<number> {
  return tx.nativeDelete(Identity, { user: userId, ...(since && { createdAt: { $gte: since } }) });
}
