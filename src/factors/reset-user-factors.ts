import { administerUser } from '../admin/administer-user.js';
import { record } from '../audit/record.js';
import { invalidateAll } from '../challenges/consume-challenge.js';
import type { Administering, Mailing, Needs } from '../context.js';
import { removeFactors } from '../methods/remove-factors.js';
import { notify } from '../notices/notify.js';
import { endSessions } from '../sessions/end-sessions.js';
import type { User } from '../users/user.entity.js';
import type { ResetUserFactorsInput } from './factor.input.js';
import { factorsReset } from './factors-reset.mail.js';

/**
 * For a user who has lost every factor. Every session ends, since a thief of the factors may be in one. Requires a recent authentication:
 * with a stolen access token an administrator's own factors could be removed.
 */
export async function resetUserFactors(
  ctx: Needs<Administering | Mailing | 'revocations'>,
  { userId }: ResetUserFactorsInput,
): Promise<User> {
  const administration = { permission: 'users:write', userId, recent: true };
  const { user, ended } = await administerUser(ctx, administration, async (tx, actor, user) => {
    const factorsRemoved = await removeFactors(ctx, tx, user.id);
    await invalidateAll(ctx, tx, user.id);
    const ended = await endSessions(ctx, tx, { userId: user.id });
    await notify(ctx, tx, user, factorsReset);
    record(ctx, tx, {
      action: 'resetUserFactors',
      actorId: actor.id,
      subjectId: user.id,
      sessionId: actor.sessionId,
      details: { factorsRemoved, endedSessions: ended.length },
    });
    return { user, ended };
  });
  await ctx.revocations.denySessions(user.id, ended);
  return user;
}
