import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import type { User } from '../users/user.entity.js';
import { Role } from './role.entity.js';
import { UserRole } from './user-role.entity.js';

/** Grants an existing role, in the caller's transaction. */
export function grantRole({ clock }: Needs<'clock'>, em: EntityManager, user: User, roleName: string): void {
  em.create(UserRole, { user, role: em.getReference(Role, roleName), grantedAt: clock.now() });
}
