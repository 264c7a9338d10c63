import type { Mailing, Needs, Transaction } from '../context.js';
import { record } from '../audit/record.js';
import { nowIn } from '../platform/clock.js';
import { sqlIn } from '../platform/database.js';
import { notifyThrottled } from '../notices/notify.js';
import { refreshTokenReused } from './refresh-token-reused.mail.js';
import { User } from '../users/user.entity.js';

/**
 * A used refresh token came back (RFC 9700 §4.14), so a thief has a copy. Thief and owner cannot be distinguished, so the session ends for
 * both, its access tokens are revoked, and the owner gets a mail.
 */
export async function endStolenSession(
  ctx: Needs<Transaction | Mailing | 'limits' | 'revocations' | 'log'>,
  { userId, sessionId }: { userId: string; sessionId: string },
): Promise<void> {
  const { em, clock, revocations, log } = ctx;
  const ended = await em.fork().transactional(async (tx) => {
    const ended = await sqlIn(tx)('end-stolen-session', END, [clock.forDatabase(), sessionId]);
    if (ended.length === 0) return false;
    const user = await tx.findOneOrFail(User, userId);
    record(ctx, tx, { action: 'refresh', code: 'REFRESH_TOKEN_REUSED', subjectId: userId, sessionId });
    await notifyThrottled(ctx, tx, user, refreshTokenReused);
    return true;
  });
  await revocations.denySession(userId, sessionId);
  if (!ended) return;
  log.warn({ userId, sessionId }, 'a used refresh token was presented again; its session was ended');
}

const END = `
update sessions set ended_at = ${nowIn('$1')} where id = $2::uuid and ended_at is null returning id`;
