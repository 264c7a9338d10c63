import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import { type Answered, answerUserChallenge } from '../methods/answer-challenge.js';
import { consume, refundAttempt } from '../challenges/consume-challenge.js';
import type { ChallengeRequired } from '../challenges/challenge-required.js';
import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { isLongCode, readCode } from '../challenges/one-time-code.js';
import type { CodeChecking, Mailing, Needs, SigningIn, Transaction } from '../context.js';
import { Refusal } from '../errors.js';
import { factorsOf } from '../methods/factors-loader.js';
import { Password } from '../passwords/password.entity.js';
import { passwordIsStrong } from '../passwords/policy.js';
import { validateForm, readable } from '../platform/form.js';
import { replacePassword } from '../account/replace-password.js';
import { shutOut } from '../account/shut-out.js';
import { type SignedIn, TokenDelivery } from '../sessions/signed-in.js';
import { completeSignIn } from '../sign-in/complete-sign-in.js';
import { requireSignInMethod } from '../sign-in/sign-in-methods.js';
import { User } from '../users/user.entity.js';
import type { ResetPasswordInput } from './recovery.input.js';

export type ResetAnswer = Pick<ResetPasswordInput, 'challengeToken' | 'code' | 'newPassword'>;

/** To check the code, set the password and end the sessions. */
export type Resetting = Transaction | CodeChecking | Mailing | 'passwords' | 'policy' | 'revocations';

/** Sets a new password with the mailed code. Every session ends before the new one begins. */
export async function resetPassword(
  ctx: Needs<Resetting | SigningIn>,
  input: ResetPasswordInput,
): Promise<SignedIn | ChallengeRequired> {
  const proof = await prove(ctx, input);
  const { userId } = proof.answered;
  let ended: string[] = [];
  const signedIn = await completeSignIn(ctx, {
    action: 'resetPassword',
    userId,
    proved: proof.answered.proved,
    tokenDelivery: input.tokenDelivery ?? TokenDelivery.BODY,
    attemptId: null,
    suppressNotice: true,
    inTransaction: async (tx, user) => {
      ended = await setPassword(ctx, tx, user, proof);
    },
  });
  await ctx.revocations.denySessions(userId, ended);
  return signedIn;
}

/** Called by the mail's page: starts no session, since tokens do not belong in a page. */
export async function resetPasswordOnPage(
  ctx: Needs<Resetting>,
  answer: ResetAnswer,
  action: 'resetPassword' | 'acceptInvitation' = 'resetPassword',
): Promise<void> {
  const proof = await prove(ctx, answer);
  const { userId } = proof.answered;
  const ended = await ctx.em.fork().transactional(async (tx) => {
    const user = await tx.findOne(User, userId, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!user) throw new Refusal('CHALLENGE_EXPIRED', { subject: userId });
    if (user.suspendedAt) throw new Refusal('ACCOUNT_SUSPENDED', { subject: userId });
    const sessions = await setPassword(ctx, tx, user, proof);
    // Past a second factor no mailbox verifies an address (sign-in/complete-sign-in.ts).
    if ((await factorsOf(ctx, tx, userId)).length === 0) user.emailVerifiedAt ??= ctx.clock.now();
    record(ctx, tx, { action, actorId: userId, subjectId: userId });
    return sessions;
  });
  await ctx.revocations.denySessions(userId, ended);
}

interface VerifiedReset {
  answered: Answered;
  hash: string;
  /** The code was an invitation's. */
  invited: boolean;
}

/**
 * The code is compared before anything about the user is used: a refusal by the policy can reveal who they are. After a right code and a
 * weak password, the code stays valid and no attempt is lost.
 */
async function prove(ctx: Needs<CodeChecking | 'policy'>, answer: ResetAnswer): Promise<VerifiedReset> {
  requireSignInMethod(ctx, 'password');
  await ctx.limits.consume('resetPassword.address', ctx.request.ipAddress);
  await validateForm(answer, [passwordIsStrong(ctx, NEW_PASSWORD, readable(answer).newPassword ?? '')]);
  const { challengeToken, code, newPassword } = answer;
  const answered = await answerUserChallenge(ctx, {
    challengeToken,
    answer: { code },
    purposes: [ChallengePurpose.RESET_PASSWORD],
  });
  try {
    await ctx.limits.consume('resetPassword.account', answered.userId);
    const person = (await ctx.em.findOne(User, answered.userId)) ?? {};
    await passwordIsStrong(ctx, NEW_PASSWORD, newPassword, person).assert();
    // Guesses at the old password must not count against the new one.
    await ctx.limits.reset('login.person', answered.userId);
    return { answered, hash: await ctx.passwords.hash(newPassword), invited: isLongCode(readCode(code)) };
  } catch (error) {
    await refundAttempt(ctx.em.fork(), answered);
    throw error;
  }
}

const NEW_PASSWORD = 'input.newPassword';

async function setPassword(
  ctx: Needs<Mailing | 'request'>,
  tx: EntityManager,
  user: User,
  { answered, hash, invited }: VerifiedReset,
): Promise<string[]> {
  await consume(ctx, tx, answered);
  // A code that was sent to a former address of the account verifies nothing.
  if (user.email !== answered.email) throw new Refusal('CHALLENGE_EXPIRED', { subject: user.id });
  // A stranger may have opened the account, linked an identity and made a key of theirs (pre-hijacking; see sign-up/take-over.ts).
  const planted = user.emailVerifiedAt ? null : await shutOut(ctx, tx, user.id);
  // The first password of an invited user needs no notice. An account without a password after undoEmailChange is no such case: removing
  // the password also voids the invitation.
  const first = invited && (await tx.count(Password, { user: user.id })) === 0;
  return [...(await replacePassword(ctx, tx, { user, hash, silent: first })), ...(planted?.ended ?? [])];
}
