import { record } from '../audit/record.js';
import type { Context } from '../context.js';
import { endSessions } from '../sessions/end-sessions.js';
import type { LoggedOut } from '../sessions/sessions.resolver.js';
import { signedIn } from '../sessions/signed-in-actor.js';
import type { EndUserSessionsInput } from './admin.input.js';
import { administeredUser } from './administered-user.js';

/** Ends every session of a person. When this answers, no replica accepts their tokens. */
export async function endUserSessions(ctx: Context, { userId }: EndUserSessionsInput): Promise<LoggedOut> {
  const actor = await signedIn(ctx);
  const ended = await ctx.em.fork().transactional(async (tx) => {
    const user = await administeredUser(tx, actor, userId);
    const ids = await endSessions(ctx, tx, { userId: user.id });
    record(ctx, tx, {
      action: 'endUserSessions',
      actorId: actor.userId,
      subjectId: user.id,
      sessionId: actor.sessionId,
      details: { endedSessions: ids.length },
    });
    return ids;
  });
  await ctx.revocations.denySessions(userId, ended);
  return { endedSessions: ended.length };
}
