import type { Needs } from '../context.js';
import { record } from '../audit/record.js';
import { notifySeldom } from '../users/notify.js';
import { User } from '../users/user.entity.js';
import { Session } from './session.entity.js';

/**
 * A used refresh token came back (RFC 9700 §4.14): somebody has a copy. Nobody can tell the thief from the owner,
 * so the session ends for both, its access tokens die, and the owner is told.
 */
export async function endStolenSession(
  ctx: Needs<'em' | 'clock' | 'request' | 'revocations' | 'jobs' | 'limits' | 'mailKey' | 'log' | 'metrics'>,
  { userId, sessionId }: { userId: string; sessionId: string },
): Promise<void> {
  const { em, clock, revocations, log, metrics } = ctx;
  const ended = await em.fork().transactional(async (tx) => {
    const count = await tx.nativeUpdate(Session, { id: sessionId, endedAt: null }, { endedAt: clock.now() });
    if (count === 0) return false;
    const user = await tx.findOneOrFail(User, userId);
    record(ctx, tx, { action: 'refresh', code: 'REFRESH_TOKEN_REUSED', subjectId: userId, sessionId });
    await notifySeldom(ctx, tx, user, 'refresh-token-reused');
    return true;
  });
  await revocations.denySession(userId, sessionId);
  if (!ended) return;
  metrics.counter('sallyport_refresh_reuse_total', 'Sessions ended because a used refresh token came back.').inc();
  log.warn({ userId, sessionId }, 'a used refresh token came back; its session has been ended');
}
