import type { ChallengeMethod, ChallengePurpose } from '../challenges/challenge.entity.js';
import { UNCHANGED } from '../challenges/consume-challenge.js';
import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { nowIn } from '../platform/clock.js';
import type { AuthenticationMethod } from '../sessions/session.entity.js';

/** A challenge that can be answered. */
export interface OpenChallenge {
  id: string;
  userId: string | null;
  registrationId: string | null;
  sessionId: string | null;
  /** The attempt whose identity is linked once the sign-in is complete. */
  attemptId: string | null;
  email: string;
  purpose: ChallengePurpose;
  methods: ChallengeMethod[];
  proved: AuthenticationMethod[];
  securityStamp: number | null;
  codeHash: Buffer;
  passkeyChallenge: Buffer | null;
  attemptsLeft: number;
  byOwner: boolean;
}

/** `[tokenHash, clock.forDatabase(), purposes]`. */
export type NamedChallenge = [tokenHash: Buffer, now: Date | null, purposes: readonly ChallengePurpose[]];

/** The challenge, if it can still be answered; else throws a refusal. */
export async function findOpenChallenge({ sql }: Needs<'sql'>, named: NamedChallenge): Promise<OpenChallenge> {
  const [open] = await sql<OpenChallenge>('challenge-open', OPEN, named);
  if (!open) throw new Refusal('CHALLENGE_EXPIRED');
  if (open.attemptsLeft <= 0) throw new Refusal('TOO_MANY_ATTEMPTS', { subject: open.userId });
  return open;
}

/**
 * Takes one attempt off, and commits that, before anything is compared: however many guesses run in parallel, no more than the limit are
 * ever compared. Null if none was left.
 */
export async function takeAttempt(
  { sql }: Needs<'sql'>,
  named: NamedChallenge,
): Promise<Pick<OpenChallenge, 'attemptsLeft' | 'codeHash'> | null> {
  const [tried] = await sql<Pick<OpenChallenge, 'attemptsLeft' | 'codeHash'>>('challenge-try', TRY, named);
  return tried ?? null;
}

const LIVE = `
  c.token_hash = $1::bytea and c.answered_at is null and c.expires_at > ${nowIn('$2')} and c.purpose = any($3::varchar[])
  and ${UNCHANGED}`;

const OPEN = `
select c.id, c.user_id as "userId", c.registration_id as "registrationId", c.session_id as "sessionId", c.attempt_id as "attemptId", c.email, c.purpose,
       c.methods, c.proved, c.security_stamp as "securityStamp", c.code_hash as "codeHash",
       c.passkey_challenge as "passkeyChallenge", c.attempts_left as "attemptsLeft", c.by_owner as "byOwner"
  from challenges c where ${LIVE}`;

const TRY = `
update challenges c set attempts_left = attempts_left - 1
 where ${LIVE} and c.attempts_left > 0
returning c.code_hash as "codeHash", c.attempts_left as "attemptsLeft"`;
