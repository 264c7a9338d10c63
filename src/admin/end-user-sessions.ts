import { record } from '../audit/record.js';
import type { Administering, Needs } from '../context.js';
import { endSessions } from '../sessions/end-sessions.js';
import type { LoggedOut } from '../sessions/logged-out.js';
import type { EndUserSessionsInput } from './admin.input.js';
import { administerUser } from './administer-user.js';

/** Ends every session of a user. Once this has answered, no replica accepts their tokens. */
export async function endUserSessions(
  ctx: Needs<Administering | 'revocations'>,
  { userId }: EndUserSessionsInput,
): Promise<LoggedOut> {
  const administration = { permission: 'sessions:revoke', userId };
  const ended = await administerUser(ctx, administration, async (tx, actor, user) => {
    const ids = await endSessions(ctx, tx, { userId: user.id });
    record(ctx, tx, {
      action: 'endUserSessions',
      actorId: actor.id,
      subjectId: user.id,
      sessionId: actor.sessionId,
      details: { endedSessions: ids.length },
    });
    return ids;
  });
  await ctx.revocations.denySessions(userId, ended);
  return { endedSessions: ended.length };
}
