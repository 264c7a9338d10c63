import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import { type Answered, answerChallenge, consume } from '../challenges/answer-challenge.js';
import { ChallengePurpose } from '../challenges/challenge.entity.js';
import type { CodeChecking, Needs, SigningIn } from '../context.js';
import { Refusal } from '../errors.js';
import { authenticatedBy } from '../sessions/authentication.js';
import { AuthenticationMethod } from '../sessions/session.entity.js';
import { type SignedIn, TokenDelivery } from '../sessions/signed-in.js';
import { completeSignIn } from '../sign-in/complete-sign-in.js';
import { User } from '../users/user.entity.js';
import { openAccount, openingAccount } from './open-account.js';
import type { VerifyOtpInput } from './sign-up.input.js';

const PURPOSES = [ChallengePurpose.VERIFY_EMAIL, ChallengePurpose.SIGN_IN];

/** Answers a challenge with its code: the address is verified, the account opened if there is none yet, and the user signed in. */
export async function verifyOtp(
  ctx: Needs<CodeChecking | SigningIn>,
  { challengeToken, code, tokenDelivery }: VerifyOtpInput,
): Promise<SignedIn> {
  const answered = await answerChallenge(ctx, { challengeToken, code, purposes: PURPOSES });
  const proof = {
    action: 'verifyOtp',
    proved: [authenticatedBy(AuthenticationMethod.EMAIL_CODE)],
    tokenDelivery: tokenDelivery ?? TokenDelivery.BODY,
  };
  if (answered.userId === null) {
    const userId = async (tx: EntityManager) => (await openAccount(ctx, tx, answered)).id;
    return openingAccount(answered, () => completeSignIn(ctx, { ...proof, userId, inTransaction: async () => {} }));
  }
  return completeSignIn(ctx, {
    ...proof,
    userId: answered.userId,
    inTransaction: (tx, user) => verifyAddressOf(ctx, tx, answered, user),
  });
}

/** Behind the button of the mail's page: verifies the address and starts no session, since tokens do not belong in a page. */
export async function verifyAddress(
  ctx: Needs<CodeChecking | 'em'>,
  { challengeToken, code }: Pick<VerifyOtpInput, 'challengeToken' | 'code'>,
): Promise<void> {
  const answered = await answerChallenge(ctx, { challengeToken, code, purposes: [ChallengePurpose.VERIFY_EMAIL] });
  const verify = async (tx: EntityManager) => {
    const user = answered.userId === null ? await openAccount(ctx, tx, answered) : await verifyUser(ctx, tx, answered);
    record(ctx, tx, { action: 'verifyOtp', actorId: user.id, subjectId: user.id });
  };
  await openingAccount(answered, () => ctx.em.fork().transactional(verify));
}

async function verifyUser(ctx: Needs<'clock'>, tx: EntityManager, answered: Answered): Promise<User> {
  const user = await tx.findOne(User, answered.userId, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!user) throw new Refusal('CHALLENGE_EXPIRED', { subject: answered.userId });
  await verifyAddressOf(ctx, tx, answered, user);
  return user;
}

async function verifyAddressOf(ctx: Needs<'clock'>, tx: EntityManager, answered: Answered, user: User): Promise<void> {
  await consume(ctx, tx, answered);
  // The code went to the address the challenge was made for; it verifies no other that the account may have by now.
  if (user.email === answered.email) user.emailVerifiedAt ??= ctx.clock.now();
}
