import { record } from '../audit/record.js';
import { invalidateAll } from '../challenges/consume-challenge.js';
import type { Administering, Needs } from '../context.js';
import { assertNotLastAdmin } from '../roles/last-admin.js';
import { endSessions } from '../sessions/end-sessions.js';
import type { User } from '../users/user.entity.js';
import type { ReinstateUserInput, SuspendUserInput } from './admin.input.js';
import { administerUser } from './administer-user.js';

/** Locks a user out: every session ends, and no sign-in succeeds until they are reinstated. */
export async function suspendUser(
  ctx: Needs<Administering | 'revocations'>,
  { userId, reason: given }: SuspendUserInput,
): Promise<User> {
  const { user, ended } = await administerUser(ctx, { permission: 'users:write', userId }, async (tx, actor, user) => {
    await assertNotLastAdmin(tx, user.id);
    const now = ctx.clock.now();
    const reason = given ?? null;
    tx.assign(user, { suspendedAt: user.suspendedAt ?? now, suspendedReason: reason, updatedAt: now });
    await invalidateAll(ctx, tx, user.id);
    const ended = await endSessions(ctx, tx, { userId: user.id });
    record(ctx, tx, {
      action: 'suspendUser',
      actorId: actor.id,
      subjectId: user.id,
      sessionId: actor.sessionId,
      details: { reason, endedSessions: ended.length },
    });
    return { user, ended };
  });
  await ctx.revocations.denySessions(user.id, ended);
  return user;
}

/** Lets a suspended user sign in again; their sessions stay ended. */
export async function reinstateUser(ctx: Needs<Administering>, { userId }: ReinstateUserInput): Promise<User> {
  return administerUser(ctx, { permission: 'users:write', userId }, async (tx, actor, user) => {
    tx.assign(user, { suspendedAt: null, suspendedReason: null, updatedAt: ctx.clock.now() });
    record(ctx, tx, { action: 'reinstateUser', actorId: actor.id, subjectId: user.id, sessionId: actor.sessionId });
    return user;
  });
}
