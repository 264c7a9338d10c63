import type { EntityManager } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { type ChallengeRequired, challengeRequired } from '../challenges/challenge-required.js';
import { issueChallenge } from '../challenges/issue-challenge.js';
import { mailCode } from '../challenges/mail-code.js';
import type { Context } from '../context.js';
import { Refusal } from '../errors.js';
import { Password } from '../passwords/password.entity.js';
import { AuthenticationMethod } from '../sessions/session.entity.js';
import { type SignedIn, TokenDelivery } from '../sessions/signed-in.js';
import { newId } from '../platform/ids.js';
import { findUserByIdentifier } from '../users/find-user.js';
import type { User } from '../users/user.entity.js';
import { completeSignIn } from './complete-sign-in.js';
import { knownDevice } from './known-device.js';
import type { LoginInput } from './sign-in.input.js';

/** Signs in by password. A wrong one, an unknown account and a suspended one with a wrong password answer alike, in the same time. */
export async function login(ctx: Context, input: LoginInput): Promise<SignedIn | ChallengeRequired> {
  // The limit first: what it refuses must not take the place of somebody who may try.
  await ctx.limits.consume('login.address', ctx.request.ipAddress);
  return ctx.passwords.admit(() => byPassword(ctx, input));
}

async function byPassword(
  ctx: Context,
  { identifier, password, tokenDelivery }: LoginInput,
): Promise<SignedIn | ChallengeRequired> {
  const { em, limits, request, passwords } = ctx;
  const account = identifier.trim().toLowerCase();
  const user = await findUserByIdentifier(em, identifier);
  // Asked for nobody too: the missing statement would tell an unknown account by a millisecond.
  const stored = await em.findOne(Password, { user: user?.id ?? newId() });
  const device = user && stored && knownDevice(ctx, { userId: user.id, passwordSince: stored.changedAt });
  // The owner, where they have signed in before, does not wait for what others guess elsewhere.
  const [policy, counted] = device
    ? (['login.device', `${user.id}:${device}`] as const)
    : (['login.account', account] as const);
  await limits.delay(policy, counted);
  const right = stored ? await passwords.verify(password, stored.hash) : await passwords.verifyDummy(password);
  if (!user || !stored || !right) throw new Refusal('INVALID_CREDENTIALS', { subject: user?.id });
  await Promise.all([limits.reset(policy, counted), limits.refund('login.address', request.ipAddress)]);
  if (user.suspendedAt) throw new Refusal('ACCOUNT_SUSPENDED', { subject: user.id });
  if (!user.emailVerifiedAt && ctx.config.emailVerification === 'required') return proveAddressFirst(ctx, user);
  const rehashed = passwords.needsRehash(stored.hash) ? await passwords.hash(password) : null;
  return completeSignIn(ctx, {
    action: 'login',
    userId: user.id,
    methods: [AuthenticationMethod.PASSWORD],
    tokenDelivery: tokenDelivery ?? TokenDelivery.BODY,
    together: (tx) => stillTheirs(tx, stored, rehashed),
  });
}

/** A password changed while this one was compared must not let the old one in, nor be undone by the new hash of the old one. */
async function stillTheirs(tx: EntityManager, verified: Password, rehashed: string | null): Promise<void> {
  const current = await tx.findOne(Password, { user: verified.user.id });
  if (current?.changedAt.getTime() !== verified.changedAt.getTime()) {
    throw new Refusal('INVALID_CREDENTIALS', {
      detail: 'the password was changed meanwhile',
      subject: verified.user.id,
    });
  }
  if (rehashed && current.hash === verified.hash) current.hash = rehashed;
}

/** By the code alone: a stranger who registered the address last would have its owner press a link for them. */
async function proveAddressFirst(ctx: Context, user: User): Promise<ChallengeRequired> {
  await ctx.limits.consume('resendOtp.account', user.email);
  await ctx.limits.consume('mail.recipient', user.email);
  return ctx.em.fork().transactional(async (tx) => {
    const asked = {
      purpose: ChallengePurpose.VERIFY_EMAIL,
      email: user.email,
      locale: user.locale,
      user,
      linked: false,
    };
    const issued = await issueChallenge(ctx, tx, asked);
    await mailCode(ctx, tx, issued, 'sign-in-code');
    record(ctx, tx, { action: 'login', subjectId: user.id });
    return challengeRequired(issued.challenge, issued.token, ctx.config.otpLength);
  });
}
