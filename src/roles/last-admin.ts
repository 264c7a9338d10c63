import type { EntityManager } from '@mikro-orm/postgresql';
import { Refusal } from '../errors.js';
import { ADMIN } from './permissions.js';
import { UserRole } from './user-role.entity.js';

/**
 * Call it before a user stops being an active administrator (role, suspension, deletion), in the transaction that has locked their row.
 * Refuses with LAST_ADMIN if no other is left. The lock on the role serialises two administrators who remove each other.
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
