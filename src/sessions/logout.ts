import { record } from '../audit/record.js';
import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { isId } from '../platform/ids.js';
import { endSessions, type Ending } from './end-sessions.js';
import type { EndSessionInput, LogoutAllInput } from './sessions.input.js';
import { signedIn } from './signed-in-actor.js';

type LogoutNeeds = Needs<'em' | 'clock' | 'request' | 'actor' | 'revocations' | 'setRefreshCookie'>;

/** Ends the current session. When this answers, no replica accepts its tokens. */
export async function logout(ctx: LogoutNeeds): Promise<{ endedSessions: number }> {
  const { userId, sessionId } = await signedIn(ctx);
  const answer = await end(ctx, 'logout', { userId, sessionId });
  ctx.setRefreshCookie(null);
  return answer;
}

/** Ends every session of the signed-in person, or every other one. */
export async function logoutAll(ctx: LogoutNeeds, { keepCurrent }: LogoutAllInput): Promise<{ endedSessions: number }> {
  const { userId, sessionId } = await signedIn(ctx);
  const answer = await end(ctx, 'logoutAll', { userId, exceptId: keepCurrent ? sessionId : undefined });
  if (!keepCurrent) ctx.setRefreshCookie(null);
  return answer;
}

/** Ends one of the signed-in person's sessions; another's is as unknown as one that never was. */
export async function endSession(ctx: LogoutNeeds, input: EndSessionInput): Promise<{ endedSessions: number }> {
  const { userId, sessionId } = await signedIn(ctx);
  const answer = isId(input.sessionId)
    ? await end(ctx, 'endSession', { userId, sessionId: input.sessionId })
    : { endedSessions: 0 };
  if (answer.endedSessions === 0) throw new Refusal('NOT_FOUND', { field: 'input.sessionId' });
  if (input.sessionId === sessionId) ctx.setRefreshCookie(null);
  return answer;
}

async function end(ctx: LogoutNeeds, action: string, ending: Ending): Promise<{ endedSessions: number }> {
  const actor = await signedIn(ctx);
  const ids = await ctx.em.transactional(async (tx) => {
    const ended = await endSessions(ctx, tx, ending);
    if (ended.length > 0) {
      const sessionId = ended.length === 1 ? ended[0]! : actor.sessionId;
      record(ctx, tx, { action, actorId: actor.userId, subjectId: actor.userId, sessionId });
    }
    return ended;
  });
  await ctx.revocations.denySessions(ending.userId, ids);
  return { endedSessions: ids.length };
}
