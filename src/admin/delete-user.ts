import { record } from '../audit/record.js';
import type { Administering, Mailing, Needs } from '../context.js';
import { Refusal } from '../errors.js';
import type { AccountDeleted } from '../account/account-deleted.js';
import { softDelete } from '../account/soft-delete.js';
import type { User } from '../users/user.entity.js';
import type { DeleteUserInput, RestoreUserInput } from './admin.input.js';
import { administerUser } from './administer-user.js';
import { mapUniqueViolation } from '../users/map-unique-violation.js';

/** Soft-deletes another user's account: sessions end, and its address and username are free at once. */
export async function deleteUser(
  ctx: Needs<Administering | Mailing | 'config' | 'revocations'>,
  { userId }: DeleteUserInput,
): Promise<AccountDeleted> {
  const administration = { permission: 'users:write', userId, recent: true };
  const { ended, answer } = await administerUser(ctx, administration, async (tx, actor, user) => {
    const deleted = await softDelete(ctx, tx, user);
    // A stolen token must not delete its owner's account: deleteAccount asks for the password.
    if (user.id === actor.id)
      throw new Refusal('REAUTHENTICATION_REQUIRED', { message: 'Delete your own account with deleteAccount.' });
    record(ctx, tx, {
      action: 'deleteUser',
      actorId: actor.id,
      subjectId: user.id,
      sessionId: actor.sessionId,
      details: { endedSessions: deleted.ended.length },
    });
    return deleted;
  });
  await ctx.revocations.denySessions(userId, ended);
  return answer;
}

/** Restores a deleted account, without its sessions. Refuses if another account has taken its address or username. */
export async function restoreUser(ctx: Needs<Administering>, { userId }: RestoreUserInput): Promise<User> {
  return mapUniqueViolation(
    () =>
      administerUser(ctx, { permission: 'users:write', userId, deleted: true }, async (tx, actor, user) => {
        tx.assign(user, { deletedAt: null, updatedAt: ctx.clock.now() });
        record(ctx, tx, {
          action: 'restoreUser',
          actorId: actor.id,
          subjectId: user.id,
          sessionId: actor.sessionId,
        });
        await tx.flush();
        return user;
      }),
    'input.userId',
  );
}
