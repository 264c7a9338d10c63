import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { type ChallengeRequired, challengeRequired } from '../challenges/challenge-required.js';
import { issueChallenge } from '../challenges/issue-challenge.js';
import type { Context } from '../context.js';
import { Refusal } from '../errors.js';
import { Password } from '../passwords/password.entity.js';
import { AuthenticationMethod } from '../sessions/session.entity.js';
import { type SignedIn, TokenDelivery } from '../sessions/signed-in.js';
import { mailCode } from '../sign-up/mail-code.js';
import { findUserByIdentifier } from '../users/find-user.js';
import type { User } from '../users/user.entity.js';
import { completeSignIn } from './complete-sign-in.js';
import type { LoginInput } from './sign-in.input.js';

/** Signs in by password. A wrong one, an unknown account and a suspended one with a wrong password answer alike, in the same time. */
export async function login(ctx: Context, { identifier, password, tokenDelivery }: LoginInput): Promise<SignedIn | ChallengeRequired> {
  const { em, limits, request, passwords } = ctx;
  const account = identifier.trim().toLowerCase();
  await limits.consume('login.address', request.ipAddress);
  await limits.delay('login.account', account);
  const user = await findUserByIdentifier(em, identifier);
  const stored = user && (await em.findOne(Password, { user }));
  const right = stored ? await passwords.verify(password, stored.hash) : await passwords.verifyDummy(password);
  if (!user || !stored || !right) throw new Refusal('INVALID_CREDENTIALS', { subject: user?.id });
  await Promise.all([limits.reset('login.account', account), limits.refund('login.address', request.ipAddress)]);
  if (user.suspendedAt) throw new Refusal('ACCOUNT_SUSPENDED', { subject: user.id });
  if (!user.emailVerifiedAt && ctx.config.emailVerification === 'required') return proveAddressFirst(ctx, user);
  const rehashed = passwords.needsRehash(stored.hash) ? await passwords.hash(password) : null;
  return completeSignIn(ctx, {
    action: 'login',
    userId: user.id,
    methods: [AuthenticationMethod.PASSWORD],
    tokenDelivery: tokenDelivery ?? TokenDelivery.BODY,
    together: async (tx) => {
      // Only over the hash that was verified: a password changed in the meantime must not be undone.
      if (rehashed) await tx.nativeUpdate(Password, { user: user.id, hash: stored.hash }, { hash: rehashed });
    },
  });
}

async function proveAddressFirst(ctx: Context, user: User): Promise<ChallengeRequired> {
  await ctx.limits.consume('resendOtp.account', user.email);
  return ctx.em.fork().transactional(async (tx) => {
    const asked = { purpose: ChallengePurpose.VERIFY_EMAIL, email: user.email, locale: user.locale, user };
    const issued = await issueChallenge(ctx, tx, asked);
    await mailCode(ctx, tx, 'sign-in-code', issued);
    return challengeRequired(issued.challenge, issued.token, ctx.config.otpLength);
  });
}
