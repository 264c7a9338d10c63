import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { AuditEvent } from '../audit/audit-event.entity.js';
import { invalidateAll } from '../challenges/consume-challenge.js';
import type { Needs } from '../context.js';
import { isPrivileged } from '../roles/is-privileged.js';
import { endSessions } from '../sessions/end-sessions.js';
import { User } from '../users/user.entity.js';

/**
 * A user who has just verified an address takes precedence over an account that only claims it: that account is soft-deleted, so that an
 * attacker cannot keep an address from its owner by registering it first. Such accounts exist where EMAIL_VERIFICATION is, or was,
 * optional.
 * @returns whose sessions ended, for `revocations.denySessions` after the commit
 */
export async function releaseUnverified(
  ctx: Needs<'clock'>,
  tx: EntityManager,
  { email, for: owner }: { email: string; for: User },
): Promise<{ userId: string; sessions: string[] } | null> {
  const elsewhere = { email, id: { $ne: owner.id } };
  const other = await tx.findOne(User, elsewhere, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!other || other.emailVerifiedAt || other.suspendedAt) return null;
  if (!(await registeredItself(tx, other)) || (await isPrivileged(tx, other.id))) return null;
  await invalidateAll(ctx, tx, other.id);
  const sessions = await endSessions(ctx, tx, { userId: other.id });
  const now = ctx.clock.now();
  // Not left to the unit of work, which would assign the address before it is free.
  await tx.nativeUpdate(User, { id: other.id, emailVerifiedAt: null }, { deletedAt: now, updatedAt: now });
  return { userId: other.id, sessions };
}

/** Accounts that an administrator or an import created are left to administrators. */
async function registeredItself(tx: EntityManager, { id }: User): Promise<boolean> {
  return (await tx.count(AuditEvent, { action: 'register', actorId: id, subjectId: id })) > 0;
}
