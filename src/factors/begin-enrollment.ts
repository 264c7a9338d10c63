import type { EntityManager } from '@mikro-orm/postgresql';
import { type Challenge, type ChallengeMethod, ChallengePurpose } from '../challenges/challenge.entity.js';
import { issueChallenge } from '../challenges/issue-challenge.js';
import { newLongCode } from '../challenges/one-time-code.js';
import type { AuthenticatedUser, Needs, RecentlyAuthenticated } from '../context.js';
import { Refusal } from '../errors.js';
import { ProviderAttempt } from '../identities/provider-attempt.entity.js';
import { findOpenChallenge, type OpenChallenge } from '../methods/open-challenge.js';
import { sha256 } from '../platform/crypto.js';
import { assertStillSignedIn } from '../sessions/assert-still-signed-in.js';
import { assertStillRecent, requireRecentAuthentication } from '../sessions/recent-authentication.js';
import { Session } from '../sessions/session.entity.js';
import { User } from '../users/user.entity.js';

/** Who enrols a factor: in a session, or in a sign-in that must enrol one first. */
export interface Enrollee {
  user: User;
  within: { person: AuthenticatedUser } | { signIn: OpenChallenge };
}

export type Enrolling = RecentlyAuthenticated | 'em' | 'keys' | 'limits' | 'request';

/**
 * The user of a live ENROLL_FACTOR challenge of a sign-in, or the signed-in user, who must have authenticated recently: a stolen
 * access token enrols nothing.
 */
export async function enrollee(ctx: Needs<Enrolling>, challengeToken?: string | null): Promise<Enrollee> {
  const { userId, within } = await identify(ctx, challengeToken);
  const user = userId ? await ctx.em.findOne(User, userId) : null;
  if (!user) throw new Refusal('CHALLENGE_EXPIRED');
  await ctx.limits.consume('enrollFactor.account', user.id);
  return { user, within };
}

async function identify(ctx: Needs<Enrolling>, challengeToken: string | null | undefined) {
  if (challengeToken) {
    const signIn = await findSignIn(ctx, challengeToken);
    return { userId: signIn.userId, within: { signIn } };
  }
  const person = await requireRecentAuthentication(ctx);
  return { userId: person.userId, within: { person } };
}

async function findSignIn(ctx: Needs<'sql' | 'clock'>, challengeToken: string): Promise<OpenChallenge> {
  const named = [sha256(challengeToken), ctx.clock.forDatabase(), [ChallengePurpose.ENROLL_FACTOR]] as const;
  const open = await findOpenChallenge(ctx, [...named]);
  // A single method: it is the challenge of an enrolment, which must not begin another. Otherwise what was verified would never expire.
  if (open.sessionId || open.methods.length === 1) throw new Refusal('CHALLENGE_EXPIRED', { subject: open.userId });
  return open;
}

interface Enrollment {
  method: ChallengeMethod;
  /** How long it may take, in milliseconds. */
  lifetime: number;
  /** Stores what the method needs to complete it, in the same transaction. */
  keep?(tx: EntityManager, challenge: Challenge): void | Promise<void>;
}

/**
 * Issues the enrolment's own challenge. It records the session, or what the sign-in has verified, and is void once what the user signs in
 * with changes: an enrolment that an attacker began before the owner enrolled a factor cannot be completed afterwards. Until it is answered
 * nothing changes.
 */
export function beginEnrollment(
  ctx: Needs<Enrolling>,
  { user: { id, email, locale }, within }: Enrollee,
  { method, lifetime, keep }: Enrollment,
): Promise<{ challenge: Challenge; challengeToken: string }> {
  return ctx.em.fork().transactional(async (tx) => {
    const kept: Kept =
      'signIn' in within ? { ...within.signIn, session: null } : await keepSession(ctx, tx, within.person);
    const { byOwner, proved, securityStamp, session, attemptId } = kept;
    const attempt = attemptId ? tx.getReference(ProviderAttempt, attemptId) : null;
    const { challenge, token } = await issueChallenge(ctx, tx, {
      purpose: ChallengePurpose.ENROLL_FACTOR,
      email,
      locale,
      user: tx.getReference(User, id),
      byOwner,
      further: { methods: [method], proved, securityStamp, session, attempt },
      // No code is sent, and none would be right.
      long: { code: newLongCode(), lifetime },
    });
    await keep?.(tx, challenge);
    return { challenge, challengeToken: token };
  });
}

async function keepSession(ctx: Needs<Enrolling>, tx: EntityManager, person: AuthenticatedUser): Promise<Kept> {
  const { user, sessionId } = await assertStillSignedIn(ctx, tx, person);
  await assertStillRecent(ctx, tx, person);
  const session = tx.getReference(Session, sessionId);
  return { byOwner: true, proved: [], securityStamp: user.securityStamp, session, attemptId: null };
}

type Kept = Pick<Challenge, 'byOwner' | 'proved' | 'securityStamp' | 'session'> & Pick<OpenChallenge, 'attemptId'>;
