import { type EntityManager, raw } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { sameBytes, sha256 } from '../platform/crypto.js';
import { Challenge, type ChallengePurpose } from './challenge.entity.js';
import { ATTEMPTS } from './issue-challenge.js';
import { hashCode } from './one-time-code.js';

interface Answer {
  challengeToken: string;
  code: string;
  /** What this answer may be for; a code for one purpose is none for another. */
  purposes: ChallengePurpose[];
}

/** Whose challenge was answered right. Hand it to `burn` in the transaction that acts upon it. */
export interface Answered {
  challengeId: string;
  userId: string;
  purpose: ChallengePurpose;
  email: string;
}

/**
 * Compares a code with its challenge. One try is taken off, and committed, before the comparison: however many
 * guesses run in parallel, no more than the limit are ever compared.
 */
export async function answerChallenge(
  { sql, clock, keys, limits, request }: Needs<'sql' | 'clock' | 'keys' | 'limits' | 'request'>,
  { challengeToken, code, purposes }: Answer,
): Promise<Answered> {
  const tokenHash = sha256(challengeToken);
  const [tried] = await sql<TriedRow>('challenge-try', TRY, [tokenHash, clock.now(), purposes]);
  if (!tried) throw await whyNot(sql, tokenHash, clock.now(), purposes);
  await limits.consume('verifyOtp.address', request.ipAddress);
  // Over all challenges of one address: asking for a new code does not buy new guesses.
  await limits.consume('verifyOtp.account', tried.email);
  const right = sameBytes(tried.code_hash, hashCode(keys.secretFor('one-time-code'), tried.id, code));
  if (!right || !tried.user_id)
    throw new Refusal('INVALID_CODE', { attemptsLeft: tried.attempts_left, subject: tried.subject });
  return { challengeId: tried.id, userId: tried.user_id, purpose: tried.purpose, email: tried.email };
}

/** Marks the challenge answered; of two that come with the right code at once, one is refused. */
export async function burn({ clock }: Needs<'clock'>, em: EntityManager, { challengeId }: Answered): Promise<void> {
  const burnt = await em.nativeUpdate(Challenge, { id: challengeId, answeredAt: null }, { answeredAt: clock.now() });
  if (burnt === 0) throw new Refusal('CHALLENGE_EXPIRED');
}

/** Whatever else is open for the person dies: codes on their way to an address or a hand that is no longer trusted. */
export async function burnAll({ clock }: Needs<'clock'>, em: EntityManager, userId: string): Promise<void> {
  await em.nativeUpdate(Challenge, { user: userId, answeredAt: null }, { answeredAt: clock.now() });
}

/** Gives a try back to who had the right code and failed at something else, such as the choice of a password. */
export async function giveBackTry(em: EntityManager, { challengeId }: Answered): Promise<void> {
  await em.nativeUpdate(
    Challenge,
    { id: challengeId, answeredAt: null },
    { attemptsLeft: raw('least(attempts_left + 1, ?)', [ATTEMPTS]) },
  );
}

async function whyNot(
  sql: Needs<'sql'>['sql'],
  tokenHash: Buffer,
  now: Date,
  purposes: ChallengePurpose[],
): Promise<Refusal> {
  const [row] = await sql<Pick<TriedRow, 'attempts_left' | 'subject'>>('challenge-why', WHY, [
    tokenHash,
    now,
    purposes,
  ]);
  return new Refusal(row && row.attempts_left <= 0 ? 'TOO_MANY_ATTEMPTS' : 'CHALLENGE_EXPIRED', {
    subject: row?.subject,
  });
}

interface TriedRow {
  id: string;
  user_id: string | null;
  /** Of whom the audit log speaks: not of a decoy, whom nobody can look up. */
  subject: string | null;
  email: string;
  purpose: ChallengePurpose;
  code_hash: Buffer;
  attempts_left: number;
}

const LIVE =
  'token_hash = $1::bytea and answered_at is null and expires_at > $2::timestamptz and purpose = any($3::varchar[])';

const SUBJECT = '(select u.id from users u where u.id = user_id and not u.decoy) as subject';

const TRY = `
update challenges set attempts_left = attempts_left - 1
 where ${LIVE} and attempts_left > 0
returning id, user_id, email, purpose, code_hash, attempts_left, ${SUBJECT}`;

const WHY = `select attempts_left, ${SUBJECT} from challenges where ${LIVE}`;
