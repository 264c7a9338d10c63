import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import { type Answered, answerChallenge } from '../methods/answer-challenge.js';
import { consume } from '../challenges/consume-challenge.js';
import { ChallengeMethod, ChallengePurpose } from '../challenges/challenge.entity.js';
import type { ChallengeRequired } from '../challenges/challenge-required.js';
import type { CodeChecking, Needs, SigningIn } from '../context.js';
import { Refusal } from '../errors.js';
import { registerFacts } from '../hooks/hook-facts.js';
import { type SignedIn, TokenDelivery } from '../sessions/signed-in.js';
import { completeSignIn } from '../sign-in/complete-sign-in.js';
import { User } from '../users/user.entity.js';
import { openAccount, openingAccount } from './open-account.js';
import type { VerifyOtpInput } from './sign-up.input.js';
import { takeOver } from './take-over.js';

const PURPOSES = [
  ChallengePurpose.VERIFY_EMAIL,
  ChallengePurpose.SIGN_IN,
  ChallengePurpose.LINK_IDENTITY,
  ChallengePurpose.SECOND_FACTOR,
];

/** Purposes whose code proves nothing but the mailbox. */
const TAKING_OVER = new Set([ChallengePurpose.SIGN_IN, ChallengePurpose.LINK_IDENTITY]);

/**
 * Answers a challenge with a code. A mailed code verifies the address, and opens the account if there is none yet. Then the user is signed
 * in, or asked for what is still missing.
 */
export async function verifyOtp(
  ctx: Needs<CodeChecking | SigningIn | 'revocations'>,
  { challengeToken, code, method, trustDevice, tokenDelivery }: VerifyOtpInput,
): Promise<SignedIn | ChallengeRequired> {
  const answered = await answerChallenge(ctx, { challengeToken, answer: { code }, method, purposes: PURPOSES });
  const way = {
    action: 'verifyOtp',
    proved: answered.proved,
    attemptId: answered.attemptId,
    trustDevice: trustDevice ?? false,
    tokenDelivery: tokenDelivery ?? TokenDelivery.BODY,
  };
  if (answered.userId === null) {
    // Users with a sign-in code have not called register.
    if (answered.purpose !== ChallengePurpose.VERIFY_EMAIL)
      await ctx.hooks?.beforeRegister(registerFacts(ctx, answered));
    const userId = async (tx: EntityManager) => (await openAccount(ctx, tx, answered)).id;
    return openingAccount(answered, () => completeSignIn(ctx, { ...way, userId, inTransaction: async () => {} }));
  }
  const { userId } = answered;
  let ended: string[] = [];
  const outcome = await completeSignIn(ctx, {
    ...way,
    userId,
    inTransaction: async (tx, user) => {
      const first = user.emailVerifiedAt === null;
      const byCodeAlone = TAKING_OVER.has(answered.purpose);
      await consumeOf(ctx, tx, answered, user);
      ended = first && byCodeAlone ? await takeOver(ctx, tx, user) : [];
    },
  });
  if (ended.length > 0) await ctx.revocations.denySessions(userId, ended);
  return outcome;
}

/** Called by the mail's page: verifies the address and starts no session, since tokens do not belong in a page. */
export async function verifyAddress(
  ctx: Needs<CodeChecking>,
  { challengeToken, code }: Pick<VerifyOtpInput, 'challengeToken' | 'code'>,
): Promise<void> {
  const answered = await answerChallenge(ctx, {
    challengeToken,
    answer: { code },
    purposes: [ChallengePurpose.VERIFY_EMAIL],
  });
  const verify = async (tx: EntityManager) => {
    const user = answered.userId === null ? await openAccount(ctx, tx, answered) : await verifyUser(ctx, tx, answered);
    record(ctx, tx, { action: 'verifyOtp', actorId: user.id, subjectId: user.id });
  };
  await openingAccount(answered, () => ctx.em.fork().transactional(verify));
}

async function verifyUser(ctx: Needs<'clock'>, tx: EntityManager, answered: Answered): Promise<User> {
  const user = await tx.findOne(User, answered.userId, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!user) throw new Refusal('CHALLENGE_EXPIRED', { subject: answered.userId });
  await consumeOf(ctx, tx, answered, user);
  // Such a link comes from register alone. A sign-in sends none: it would verify a stranger's account (sign-in/ask-for-address.ts).
  user.emailVerifiedAt ??= ctx.clock.now();
  return user;
}

async function consumeOf(ctx: Needs<'clock'>, tx: EntityManager, answered: Answered, user: User): Promise<void> {
  await consume(ctx, tx, answered);
  // The code was sent to the challenge's address, which may no longer be the account's.
  if (answered.method === ChallengeMethod.EMAIL_CODE && user.email !== answered.email)
    throw new Refusal('INVALID_CREDENTIALS', { detail: 'the code of a former address', subject: user.id });
}
