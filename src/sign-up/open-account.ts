import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import { type AnsweredRegistration } from '../methods/answer-challenge.js';
import { Challenge, ChallengePurpose } from '../challenges/challenge.entity.js';
import { consume } from '../challenges/consume-challenge.js';
import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { type Newcomer, newcomerOfAttempt, NO_PROFILE } from '../identities/newcomer.js';
import { Password } from '../passwords/password.entity.js';
import { violatedUnique } from '../platform/database.js';
import { lockAddress } from '../registrations/lock-address.js';
import { PendingRegistration } from '../registrations/pending-registration.entity.js';
import { grantRole } from '../roles/grant-role.js';
import { USER } from '../roles/permissions.js';
import { findUserByUsername } from '../users/find-user.js';
import { User } from '../users/user.entity.js';

/**
 * Turns the pending registration into an account, in the caller's transaction. If the address has an owner by now, a right code is answered
 * as a wrong one: the person who guessed it was sent none. A sign-in code opens an account with only the address and the profile from an
 * identity provider: a stranger may have chosen the registration's password, and wait for the owner of the address to verify it.
 */
export async function openAccount(
  ctx: Needs<'clock' | 'request' | 'keys' | 'jobs'>,
  tx: EntityManager,
  answered: AnsweredRegistration,
): Promise<User> {
  await lockAddress(tx, answered.email);
  const pending = await tx.findOne(PendingRegistration, answered.registrationId, {
    lockMode: LockMode.PESSIMISTIC_WRITE,
  });
  if (!pending) throw new Refusal('CHALLENGE_EXPIRED');
  await consume(ctx, tx, answered);
  if ((await tx.count(User, { email: pending.email })) > 0) throw addressTaken(answered);
  const registered = answered.purpose === ChallengePurpose.VERIFY_EMAIL;
  const chosen = registered ? registrant(pending) : await newcomer(ctx, tx, answered);
  // Registrations reserve no username: an account that has taken it by now keeps it.
  const usernameTaken = chosen.username !== null && (await findUserByUsername(tx, chosen.username)) !== null;
  const { displayName, locale, pictureUrl, passwordHash } = chosen;
  const username = usernameTaken ? null : chosen.username;
  const given = { username, displayName, locale, pictureUrl, passwordHash };
  const user = await createAccount(ctx, tx, { ...given, email: pending.email, emailVerifiedAt: ctx.clock.now() });
  // Otherwise it would be deleted with the registration, and the tab that waits for it would not learn the outcome.
  await tx.nativeUpdate(Challenge, { id: answered.challengeId }, { user: user.id, registration: null });
  await tx.nativeDelete(PendingRegistration, { id: pending.id });
  record(ctx, tx, { action: 'openAccount', actorId: user.id, subjectId: user.id, details: { usernameTaken } });
  return user;
}

function registrant({ username, displayName, locale, passwordHash }: PendingRegistration) {
  return { username, displayName, locale, pictureUrl: null, passwordHash };
}

async function newcomer(ctx: Needs<'keys'>, tx: EntityManager, { attemptId }: AnsweredRegistration) {
  const fromProvider = attemptId ? await newcomerOfAttempt(ctx, tx, attemptId) : NO_PROFILE;
  return { ...fromProvider, username: null, passwordHash: null };
}

type NewAccount = Pick<User, 'email' | 'username' | 'displayName' | 'locale' | 'emailVerifiedAt'> &
  Pick<PendingRegistration, 'passwordHash'> &
  Pick<Newcomer, 'pictureUrl'>;

/** Creates the rows of an account that its owner opens. */
export async function createAccount(
  ctx: Needs<'clock' | 'jobs'>,
  tx: EntityManager,
  { email, username, displayName, locale, pictureUrl, emailVerifiedAt, passwordHash }: NewAccount,
): Promise<User> {
  const now = ctx.clock.now();
  const profile = { username, displayName, locale };
  const user = tx.create(User, { email, ...profile, emailVerifiedAt, createdAt: now, updatedAt: now });
  if (passwordHash) tx.create(Password, { user, hash: passwordHash, changedAt: now });
  grantRole(ctx, tx, user, USER);
  await tx.flush();
  if (pictureUrl) await ctx.jobs.enqueue(tx, 'fetch-avatar', { userId: user.id, url: pictureUrl });
  return user;
}

/**
 * Runs a function that opens an account. If an administrator, an import or another registration concurrently takes the address or the
 * username, only the unique indexes notice: a taken address is refused, and without a taken username the function runs again.
 */
export async function openingAccount<Result>(
  answered: Pick<AnsweredRegistration, 'attemptsLeft'>,
  story: () => Promise<Result>,
): Promise<Result> {
  for (let again = true; ; again = false) {
    try {
      return await story();
    } catch (error) {
      const constraint = violatedUnique(error);
      if (constraint?.includes('email')) throw addressTaken(answered);
      if (!again || !constraint?.includes('username')) throw error;
    }
  }
}

function addressTaken({ attemptsLeft }: Pick<AnsweredRegistration, 'attemptsLeft'>): Refusal {
  return new Refusal('INVALID_CODE', { attemptsLeft, detail: 'the address has an owner by now' });
}
