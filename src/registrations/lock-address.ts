import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * Serialises what happens to the registrations of one address. The lock is on the address and not on a user's row, which may not exist: an
 * operation that waited for a row would take longer, and so reveal that there is one.
 */
export async function lockAddress(tx: EntityManager, email: string): Promise<void> {
  await tx.execute(LOCK, [email]);
}

const LOCK = `select pg_advisory_xact_lock(hashtextextended('register ' || ?, 0))`;
