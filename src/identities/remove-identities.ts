import type { EntityManager } from '@mikro-orm/postgresql';
import { Identity } from './identity.entity.js';

/**
 * Removes the identities of a user, or only those linked since a given time, in the caller's transaction: whoever linked them must not
 * return with them.
 */
export function removeIdentities(tx: EntityManager, userId: string, since?: Date): Promise<number> {
  return tx.nativeDelete(Identity, { user: userId, ...(since && { createdAt: { $gte: since } }) });
}
