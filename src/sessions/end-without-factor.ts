import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';

/** Ends a session that lacks a second factor which is now required: its user signs in again, and enrols one. */
export async function endWithoutFactor(
  { sql, clock, revocations }: Needs<'sql' | 'clock' | 'revocations'>,
  { userId, sessionId }: { userId: string; sessionId: string },
): Promise<void> {
  await sql('end-without-factor', END, [clock.forDatabase(), sessionId]);
  await revocations.denySession(userId, sessionId);
}

const END = `update sessions set ended_at = ${nowIn('$1')} where id = $2::uuid and ended_at is null`;
