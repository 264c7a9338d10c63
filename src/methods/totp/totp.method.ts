import type { EntityManager } from '@mikro-orm/postgresql';
import { ChallengeMethod, ChallengePurpose } from '../../challenges/challenge.entity.js';
import { readCode } from '../../challenges/one-time-code.js';
import { Refusal } from '../../errors.js';
import { millisecondsIn } from '../../platform/clock.js';
import { authenticatedBy } from '../../sessions/authentication.js';
import { AuthenticationMethod } from '../../sessions/session.entity.js';
import type { Method, MethodNeeds } from '../method.js';
import type { OpenChallenge } from '../open-challenge.js';
import { matchingStep } from './time-step.js';
import { PendingTotp } from './totp-enrollment.entity.js';
import { TotpFactor } from './totp-factor.entity.js';
import { totpSecret } from './totp-secret.js';

/** The code of an authenticator app: an enrolled one or, in an enrolment, the one being enrolled. */
export const totpMethod: Method = {
  name: ChallengeMethod.TOTP,
  refusal: 'INVALID_CODE',
  guessable: true,
  enrolled: 'exists (select from totp_factors f where f.user_id = u.id)',
  factors: { entity: TotpFactor, most: 5, signsIn: false },
  read(_ctx, answer) {
    const code = 'code' in answer ? readCode(answer.code) : '';
    return /^\d{6}$/.test(code) ? { code } : null;
  },
  async verify(ctx, challenge, answer) {
    if (!('code' in answer)) return null;
    const enrolling = challenge.purpose === ChallengePurpose.ENROLL_FACTOR;
    const candidates = enrolling ? await findPending(ctx, challenge) : await findEnrolled(ctx, challenge);
    const authentication = authenticatedBy(AuthenticationMethod.TOTP);
    const readable = candidates.flatMap((candidate) => decrypted(ctx, challenge, candidate));
    for (const candidate of readable) {
      const step = await matchingStep(candidate.secret, answer.code, candidate);
      if (step === null) continue;
      const { id, anew } = candidate;
      const useUp = enrolling ? keepStep(id, step) : useStep(ctx, challenge, { id, step, anew });
      return { authentication, useUp };
    }
    if (readable.length < candidates.length) refuseUnreadable(challenge);
    return null;
  },
};

interface Candidate {
  id: string;
  secret: string;
  lastStep: number;
  now: Date;
}

async function findEnrolled({ sql, clock }: MethodNeeds, { userId }: OpenChallenge): Promise<Candidate[]> {
  const rows = await sql<CandidateRow>('totp-factors', ENROLLED, [userId, clock.forDatabase()]);
  return rows.map(readCandidate);
}

async function findPending({ sql, clock }: MethodNeeds, { id, userId }: OpenChallenge): Promise<Candidate[]> {
  const rows = await sql<CandidateRow>('totp-pending', PENDING, [id, clock.forDatabase()]);
  // The challenge of a sign-in, which must begin an enrolment first.
  if (rows.length === 0) throw new Refusal('CHALLENGE_EXPIRED', { subject: userId });
  return rows.map(readCandidate);
}

type CandidateRow = Omit<Candidate, 'now'> & { now: number };

function readCandidate({ now, ...row }: CandidateRow): Candidate {
  return { ...row, now: new Date(now) };
}

const NOW = millisecondsIn('$2');
const ENROLLED = `
select id, secret, last_step as "lastStep", ${NOW} as now from totp_factors where user_id = $1::uuid order by id`;
const PENDING = `
select id, secret, last_step as "lastStep", ${NOW} as now from totp_enrollments where challenge_id = $1::uuid`;

/** Adds the secret, and how to store it from now on (`sealedAnew`); empty if it cannot be decrypted. */
function decrypted(ctx: MethodNeeds, { userId }: OpenChallenge, candidate: Candidate) {
  const of = { userId: userId ?? '', factorId: candidate.id };
  try {
    const secret = totpSecret.unseal(ctx, of, candidate.secret);
    return [{ ...candidate, secret, anew: totpSecret.sealedAnew(ctx, of, candidate.secret, secret) }];
  } catch {
    return [];
  }
}

/** The client gets the refusal of a wrong code; the log says why. */
function refuseUnreadable({ userId, attemptsLeft }: OpenChallenge): never {
  const detail =
    'a secret of the user was encrypted with another key, or for another user. Was SERVER_SECRET, or without it jwt.key, replaced?';
  throw new Refusal('INVALID_CODE', { attemptsLeft, subject: userId, detail });
}

type UseUp = (tx: EntityManager) => Promise<void>;

/** Each step is accepted once over all replicas: of two sign-ins with one code, one is refused. */
function useStep(
  { clock }: MethodNeeds,
  { userId, attemptsLeft }: OpenChallenge,
  { id, step, anew }: { id: string; step: number; anew: string | null },
): UseUp {
  return async (tx) => {
    const unused = { id, lastStep: { $lt: step } };
    const change = { lastStep: step, lastUsedAt: clock.now(), ...(anew && { secret: anew }) };
    const used = await tx.nativeUpdate(TotpFactor, unused, change);
    if (used === 0) throw new Refusal('INVALID_CODE', { attemptsLeft, subject: userId, detail: 'used meanwhile' });
  };
}

function keepStep(id: string, step: number): UseUp {
  return async (tx) => {
    await tx.nativeUpdate(PendingTotp, { id }, { lastStep: step });
  };
}
