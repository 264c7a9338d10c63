import { ChallengeMethod, ChallengePurpose } from '../challenges/challenge.entity.js';
import type { Consumable } from '../challenges/consume-challenge.js';
import type { CodeChecking, Needs } from '../context.js';
import { Refusal } from '../errors.js';
import type { WindowPolicy } from '../limit-policies.js';
import { sha256 } from '../platform/crypto.js';
import { type Authentication, authenticatedBy } from '../sessions/authentication.js';
import type { Answer, Method } from './method.js';
import { findOpenChallenge, type NamedChallenge, type OpenChallenge, takeAttempt } from './open-challenge.js';
import { reportWrongFactors } from './report-wrong-factors.js';

interface ChallengeAnswer {
  challengeToken: string;
  /** The purposes this answer may be for; a code for one is not valid for another. */
  purposes: readonly ChallengePurpose[];
  answer: Answer;
  /** The session in which the challenge must have been requested. */
  sessionId?: string;
  /** Which of the challenge's methods it answers; unless given, the one whose form it has. */
  method?: ChallengeMethod | null | undefined;
}

/** A user's correctly answered challenge. Pass it to `consume` in the transaction that acts upon it. */
export interface Answered extends AnsweredRight {
  userId: string;
}

/** The same for a registration, whose user does not exist yet. */
export interface AnsweredRegistration extends AnsweredRight {
  userId: null;
  registrationId: string;
}

interface AnsweredRight extends Consumable {
  purpose: ChallengePurpose;
  method: ChallengeMethod;
  /** What was verified by this answer, and before it. */
  proved: Authentication[];
  sessionId: string | null;
  /** The attempt whose identity is linked once the sign-in is complete. */
  attemptId: string | null;
  email: string;
  /** See Verified. */
  enrolled: object | undefined;
  /** The attempts that a wrong answer would have left. */
  attemptsLeft: number;
}

/** Verifies an answer to a challenge. An answer that a limit refuses, or that has the wrong form, costs no attempt. */
export async function answerChallenge(
  ctx: Needs<CodeChecking>,
  { challengeToken, purposes, answer, sessionId, method: wanted }: ChallengeAnswer,
): Promise<Answered | AnsweredRegistration> {
  const { limits, request, clock } = ctx;
  await limits.consume('verifyOtp.address', request.ipAddress);
  const named: NamedChallenge = [sha256(challengeToken), clock.forDatabase(), purposes];
  const open = await findOpenChallenge(ctx, named);
  if (sessionId && sessionId !== open.sessionId) throw new Refusal('CHALLENGE_EXPIRED', { subject: open.userId });
  const asked = readAnswer(ctx, open, answer, wanted);
  const { delay } = asked.method;
  if (!delay || !open.userId) return compare(ctx, named, open, { ...asked, budget: budgetOf(open, asked.method) });
  return limits.guess(delay, open.userId, async (right) => {
    const answered = await compare(ctx, named, open, { ...asked, budget: null });
    await right();
    return answered;
  });
}

interface Comparison {
  method: Method;
  given: Answer;
  budget: [policy: WindowPolicy, key: string] | null;
}

/** Takes an attempt off, and compares. */
async function compare(
  ctx: Needs<CodeChecking>,
  named: NamedChallenge,
  open: OpenChallenge,
  { method, given, budget }: Comparison,
): Promise<Answered | AnsweredRegistration> {
  const { limits, request } = ctx;
  const { userId: subject } = open;
  if (budget) await limits.consume(...budget);
  const tried = await takeAttempt(ctx, named);
  if (!tried) {
    if (budget) await limits.refund(...budget);
    // Concurrent answers used up the attempts.
    await findOpenChallenge(ctx, named);
    throw new Refusal('CHALLENGE_EXPIRED', { subject });
  }
  const { attemptsLeft } = tried;
  const verified = await method.verify(ctx, { ...open, ...tried }, given);
  const userId = open.userId ?? verified?.userId ?? null;
  if (!verified || !(userId ?? open.registrationId)) {
    await reportWrongFactors(ctx, open);
    throw new Refusal(method.refusal, { attemptsLeft, subject });
  }
  // A right answer is no guess.
  await Promise.all([limits.refund('verifyOtp.address', request.ipAddress), budget && limits.refund(...budget)]);
  const answered = {
    challengeId: open.id,
    useUp: verified.useUp?.bind(verified),
    purpose: open.purpose,
    method: method.name,
    proved: [...open.proved.map(authenticatedBy), verified.authentication],
    sessionId: open.sessionId,
    attemptId: open.attemptId,
    email: open.email,
    enrolled: verified.enrolled,
    attemptsLeft,
  };
  return userId
    ? { ...answered, userId }
    : { ...answered, userId: null, registrationId: open.registrationId as string };
}

/** The same for a purpose that registrations have no challenges for. */
export async function answerUserChallenge(ctx: Needs<CodeChecking>, answer: ChallengeAnswer): Promise<Answered> {
  const answered = await answerChallenge(ctx, answer);
  if (answered.userId === null) throw new Refusal('INVALID_CODE', { attemptsLeft: answered.attemptsLeft });
  return answered;
}

function readAnswer(
  ctx: Needs<CodeChecking>,
  { methods, attemptsLeft, userId: subject }: OpenChallenge,
  answer: Answer,
  wanted: ChallengeMethod | null | undefined,
): { method: Method; given: Answer } {
  const asked = methods.filter((name) => !wanted || name === wanted).map((name) => ctx.methods.named(name));
  for (const method of asked) {
    const given = method.read(ctx, answer);
    if (given) return { method, given };
  }
  if ('password' in answer)
    throw new Refusal('INVALID_CREDENTIALS', { message: NOT_BY_PASSWORD, attemptsLeft, subject });
  const refusal = 'credential' in answer ? 'INVALID_PASSKEY' : 'INVALID_CODE';
  throw new Refusal(refusal, { attemptsLeft, subject });
}

const NOT_BY_PASSWORD = 'The password does not answer this challenge. Use one of its methods.';

/**
 * The limit of guesses, over all challenges of one address or one user, so that a new challenge does not buy new guesses. The owner's
 * guesses are counted apart from strangers', and second factors apart from codes: only those who know the first factor can guess at them.
 * Guesses in a session are counted apart from those at sign-ins, so that a stolen session does not keep the owner out. Unguessable answers
 * are not counted: guesses at codes must not keep out an owner who has a passkey or a recovery code. Nor is the code of an app that is
 * being enrolled, whose secret the client has.
 */
function budgetOf(
  { byOwner, userId, email, purpose }: OpenChallenge,
  { guessable }: Method,
): [policy: WindowPolicy, key: string] | null {
  if (!guessable || purpose === ChallengePurpose.ENROLL_FACTOR) return null;
  if (userId && purpose === ChallengePurpose.REAUTHENTICATE) return ['reauthenticate.code', userId];
  if (userId && purpose === ChallengePurpose.SECOND_FACTOR)
    return [byOwner ? 'secondFactor.owner' : 'secondFactor.account', userId];
  if (byOwner && userId) return ['verifyOtp.owner', userId];
  return email ? ['verifyOtp.account', email] : null;
}
