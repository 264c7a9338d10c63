import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * Registrations of one address, and what becomes of them, one after the other. The lock is on the address and not on a user's row,
 * which may not exist: an operation that waited for a row would take longer, and tell that there is one.
 */
export async function lockAddress(tx: EntityManager, email: string): Promise<void> {
  await tx.execute(LOCK, [email]);
}

const LOCK = `select pg_advisory_xact_lock(hashtextextended('register ' || ?, 0))`;
