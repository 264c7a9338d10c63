import { type EntityManager, raw } from '@mikro-orm/postgresql';
import type { CodeChecking, Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { nowIn } from '../platform/clock.js';
import { sameBytes, sha256 } from '../platform/crypto.js';
import type { WindowPolicy } from '../limit-policies.js';
import { Challenge, type ChallengePurpose } from './challenge.entity.js';
import { ATTEMPTS } from './issue-challenge.js';
import { hashCode, isCode, readCode } from './one-time-code.js';

interface ChallengeAnswer {
  challengeToken: string;
  code: string;
  /** What this answer may be for; a code for one purpose is none for another. */
  purposes: ChallengePurpose[];
}

/** A user's challenge that was answered right. Hand it to `consume` in the transaction that acts upon it. */
export interface Answered extends AnsweredRight {
  userId: string;
}

/** The same of a registration: its user does not exist yet. */
export interface AnsweredRegistration extends AnsweredRight {
  userId: null;
  registrationId: string;
}

interface AnsweredRight {
  challengeId: string;
  purpose: ChallengePurpose;
  email: string;
  /** What a wrong answer would have left. */
  attemptsLeft: number;
}

/**
 * Compares a code with its challenge. One try is taken off, and committed, before the comparison: however many
 * guesses run in parallel, no more than the limit are ever compared. What a limit refuses, and what is no code, costs none.
 */
export async function answerChallenge(
  ctx: Needs<CodeChecking>,
  { challengeToken, code: typed, purposes }: ChallengeAnswer,
): Promise<Answered | AnsweredRegistration> {
  const { sql, clock, config, limits, request } = ctx;
  await limits.consume('verifyOtp.address', request.ipAddress);
  const named = [sha256(challengeToken), clock.forDatabase(), purposes];
  const open = await findOpen(sql, named);
  const subject = open.user_id;
  const code = readCode(typed);
  if (!isCode(code, config.otpLength)) throw new Refusal('INVALID_CODE', { attemptsLeft: open.attempts_left, subject });
  const budget = budgetOf(open);
  await limits.consume(...budget);
  const [tried] = await sql<Pick<OpenRow, 'code_hash' | 'attempts_left'>>('challenge-try', TRY, named);
  if (!tried) {
    await limits.refund(...budget);
    // Others were faster.
    await findOpen(sql, named);
    throw new Refusal('CHALLENGE_EXPIRED', { subject });
  }
  const right = sameBytes(tried.code_hash, hashCode(ctx, open, code));
  const answered = answeredOf(open, tried.attempts_left);
  if (!right || !answered) throw new Refusal('INVALID_CODE', { attemptsLeft: tried.attempts_left, subject });
  // A right code is no guess.
  await Promise.all([limits.refund('verifyOtp.address', request.ipAddress), limits.refund(...budget)]);
  return answered;
}

/** The same for a purpose that a registration has no challenges for. */
export async function answerUserChallenge(ctx: Needs<CodeChecking>, answer: ChallengeAnswer): Promise<Answered> {
  const answered = await answerChallenge(ctx, answer);
  if (answered.userId === null) throw new Refusal('INVALID_CODE', { attemptsLeft: answered.attemptsLeft });
  return answered;
}

/** Null where the challenge is nobody's: then no code is right. */
function answeredOf(
  { id: challengeId, user_id: userId, registration_id: registrationId, purpose, email }: OpenRow,
  attemptsLeft: number,
): Answered | AnsweredRegistration | null {
  const answered = { challengeId, purpose, email, attemptsLeft };
  if (userId) return { ...answered, userId };
  return registrationId ? { ...answered, userId: null, registrationId } : null;
}

/** The challenge, where it can still be answered. */
async function findOpen(sql: Needs<'sql'>['sql'], named: unknown[]): Promise<OpenRow> {
  const [open] = await sql<OpenRow>('challenge-open', OPEN, named);
  if (!open) throw new Refusal('CHALLENGE_EXPIRED');
  if (open.attempts_left <= 0) throw new Refusal('TOO_MANY_ATTEMPTS', { subject: open.user_id });
  return open;
}

/** Over all challenges of one address: asking for a new code does not buy new guesses. Those of its owner apart from a stranger's. */
function budgetOf({ by_owner: byOwner, user_id: userId, email }: OpenRow): [policy: WindowPolicy, key: string] {
  return byOwner && userId ? ['verifyOtp.owner', userId] : ['verifyOtp.account', email];
}

/** Marks the challenge answered; of two that come with the right code at once, one is refused. */
export async function consume(
  { clock }: Needs<'clock'>,
  em: EntityManager,
  { challengeId }: AnsweredRight,
): Promise<void> {
  const burnt = await em.nativeUpdate(Challenge, { id: challengeId, answeredAt: null }, { answeredAt: clock.now() });
  if (burnt === 0) throw new Refusal('CHALLENGE_EXPIRED');
}

/** Whatever else is open for the person dies: codes on their way to an address or a hand that is no longer trusted. */
export async function invalidateAll({ clock }: Needs<'clock'>, em: EntityManager, userId: string): Promise<void> {
  await em.nativeUpdate(Challenge, { user: userId, answeredAt: null }, { answeredAt: clock.now() });
}

/** Gives a try back to who had the right code and failed at something else, such as the choice of a password. */
export async function refundAttempt(em: EntityManager, { challengeId }: Answered): Promise<void> {
  await em.nativeUpdate(
    Challenge,
    { id: challengeId, answeredAt: null },
    { attemptsLeft: raw('least(attempts_left + 1, ?)', [ATTEMPTS]) },
  );
}

interface OpenRow {
  id: string;
  user_id: string | null;
  registration_id: string | null;
  email: string;
  purpose: ChallengePurpose;
  code_hash: Buffer;
  attempts_left: number;
  by_owner: boolean;
}

const LIVE = `
  token_hash = $1::bytea and answered_at is null and expires_at > ${nowIn('$2')} and purpose = any($3::varchar[])`;

const OPEN = `
select id, user_id, registration_id, email, purpose, code_hash, attempts_left, by_owner from challenges where ${LIVE}`;

const TRY = `
update challenges set attempts_left = attempts_left - 1
 where ${LIVE} and attempts_left > 0
returning code_hash, attempts_left`;
