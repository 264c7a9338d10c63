import type { EntityManager } from '@mikro-orm/postgresql';
import { Refusal } from '../errors.js';
import { ADMIN } from './permissions.js';
import { UserRole } from './user-role.entity.js';

/**
 * To be called, in the transaction that holds the lock on the person's row, before they stop being an administrator who can
 * act: role, suspension, deletion. Refuses with LAST_ADMIN where no other is left. The lock on the role makes of two
 * administrators who remove each other at once one after the other.
 */
export async function assertNotLastAdmin(tx: EntityManager, userId: string): Promise<void> {
  if ((await tx.count(UserRole, { user: userId, role: ADMIN })) === 0) return;
  await tx.execute('select name from roles where name = ? for no key update', [ADMIN]);
  const others = await tx.execute(OTHERS, [ADMIN, userId]);
  if (others.length === 0) throw new Refusal('LAST_ADMIN', { subject: userId });
}

const OTHERS = `
select ur.user_id from user_roles ur join users u on u.id = ur.user_id
 where ur.role_name = ? and ur.user_id <> ? and u.deleted_at is null and u.suspended_at is null limit 1`;
