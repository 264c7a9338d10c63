import type { EntityManager } from '@mikro-orm/postgresql';
import { invalidateAll } from '../challenges/answer-challenge.js';
import type { Needs } from '../context.js';
import { USER } from '../roles/permissions.js';
import { UserRole } from '../roles/user-role.entity.js';
import { isPrivileged } from '../roles/is-privileged.js';
import { endSessions } from '../sessions/end-sessions.js';
import { User } from '../users/user.entity.js';

/**
 * A person who has just read the mail of an address comes before a registration that only claims it: that account is deleted
 * softly, so that an attacker cannot keep an address from its owner by registering it first.
 * @returns whose sessions ended, for `revocations.denySessions` after the commit
 */
export async function releaseUnproved(
  ctx: Needs<'clock'>,
  tx: EntityManager,
  { email, for: owner }: { email: string; for: User },
): Promise<{ userId: string; sessions: string[] } | null> {
  const other = await tx.findOne(User, { email, id: { $ne: owner.id } });
  if (!other?.selfRegistered || other.emailVerifiedAt || other.suspendedAt) return null;
  // An account that was given rights since is left to administrators.
  if ((await tx.count(UserRole, { user: other.id, role: { $ne: USER } })) > 0) return null;
  await invalidateAll(ctx, tx, other.id);
  if (await isPrivileged(tx, other.id)) return null;
  const sessions = await endSessions(ctx, tx, { userId: other.id });
  const now = ctx.clock.now();
  // At once: the unit of work would give the address away before it is free.
  await tx.nativeUpdate(User, { id: other.id, emailVerifiedAt: null }, { deletedAt: now, updatedAt: now });
  return { userId: other.id, sessions };
}
