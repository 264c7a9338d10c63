import type { EntityManager } from '@mikro-orm/postgresql';
import { ChallengeMethod, ChallengePurpose } from '../challenges/challenge.entity.js';
import type { ChallengeRequired } from '../challenges/challenge-required.js';
import { consume } from '../challenges/consume-challenge.js';
import type { CodeMailing, Needs, SigningIn } from '../context.js';
import { Refusal } from '../errors.js';
import type { DelayPolicy } from '../limit-policies.js';
import { findOpenChallenge, type OpenChallenge } from '../methods/open-challenge.js';
import { Password } from '../passwords/password.entity.js';
import { sha256 } from '../platform/crypto.js';
import { foldAddress } from '../platform/email-address.js';
import { authenticatedBy } from '../sessions/authentication.js';
import { AuthenticationMethod } from '../sessions/session.entity.js';
import { type SignedIn, TokenDelivery } from '../sessions/signed-in.js';
import { foldUsername } from '../users/user-fields.js';
import { type Account, findAccount, type LoginCandidates } from './account.js';
import { completeSignIn } from './complete-sign-in.js';
import { deviceOwnerOf, knownDevice } from './device-cookie.js';
import { askLegacy, moveIn } from './legacy-sign-in.js';
import { passwordVerdict, type PasswordVerdict } from './password-verdict.js';
import { verifyRegistrationFirst } from './verify-registration-first.js';
import { requireSignInMethod } from './sign-in-methods.js';
import type { LoginInput } from './sign-in.input.js';

type LoginNeeds = Needs<SigningIn | CodeMailing | 'passwords' | 'legacyLogin'>;

/**
 * Signs in by password. A wrong one, an unknown account and a suspended one with a wrong password are answered alike, in the same time. So
 * are pending registrations, whether or not their address has an owner. For an unknown user the former system is asked, if there is one.
 */
export async function login(ctx: LoginNeeds, input: LoginInput): Promise<SignedIn | ChallengeRequired> {
  requireSignInMethod(ctx, 'password');
  // The limit comes first: a refused sign-in must not take the place of an allowed one in the queue for hashing.
  await ctx.limits.consume('login.address', ctx.request.ipAddress);
  return ctx.passwords.admit(async () => {
    const answer = (await byPassword(ctx, input)) ?? (await byPassword(ctx, input));
    if (answer) return answer;
    throw new Refusal('INVALID_CREDENTIALS', { detail: 'LEGACY_LOGIN_URL named an account of another username' });
  });
}

/** Null if the former system named a user who has an account: another sign-in has just moved them, or it has another username. */
async function byPassword(ctx: LoginNeeds, input: LoginInput): Promise<SignedIn | ChallengeRequired | null> {
  const { limits, passwords } = ctx;
  const candidates = await findAccount(ctx, input.identifier);
  const { account, registration } = candidates;
  // On a device where they have signed in before, the owner is not delayed by guesses elsewhere.
  const device = account?.password && knownDevice(ctx, deviceOwnerOf(account));
  const name = foldAddress(input.identifier) ?? foldUsername(input.identifier.trim());
  const budget: [policy: DelayPolicy, key: string] = device
    ? ['login.device', `${account.user.id}:${device}`]
    : ['login.account', name];
  const limitedName = device ? null : (account?.user.id ?? name);
  const hashes = [account?.password?.hash, registration?.hash].flatMap((hash) => hash ?? []);
  return limits.guess<SignedIn | ChallengeRequired | null>(...budget, async (right) => {
    const allowed = limitedName === null ? Promise.resolve(true) : limits.allows('login.person', limitedName);
    const [matched, withinLimit, legacyUser] = await Promise.all([
      passwords.which(input.password, hashes),
      allowed,
      // While the password is hashed, so that it takes no longer than for others if the former system is fast.
      allowed.then((withinLimit) => (withinLimit && !account ? askLegacy(ctx, input) : null)),
    ]);
    const forget = () => Promise.all([right(), limitedName !== null && limits.reset('login.person', limitedName)]);
    if (!legacyUser) return decide(ctx, input, candidates, { matched, withinLimit, forget });
    const moved = await moveIn(ctx, input, legacyUser);
    await forget();
    return moved;
  });
}

interface Compared {
  /** The hash that the password matches. */
  matched: string | undefined;
  /** False after too many wrong passwords for the user. */
  withinLimit: boolean;
  /** Clears the counts, since the password was right. */
  forget(): Promise<unknown>;
}

async function decide(
  ctx: LoginNeeds,
  input: LoginInput,
  { account, registration }: LoginCandidates,
  { matched, withinLimit, forget }: Compared,
): Promise<SignedIn | ChallengeRequired> {
  const own =
    account?.password && matched === account.password.hash ? { ...account, password: account.password } : null;
  const other = matched === undefined ? null : 'registration';
  const verdict = passwordVerdict({
    matches: own ? 'account' : other,
    account: account && {
      suspended: account.user.suspendedAt !== null,
      addressVerified: account.user.emailVerifiedAt !== null,
    },
    addressMustBeVerified: ctx.config.emailVerification === 'required',
    answersChallenge: Boolean(input.challengeToken),
    withinLimit,
    legacyFailing: ctx.legacyLogin?.failing ?? false,
  });
  if (registration && verdict === 'verify-registration') return verifyRegistrationFirst(ctx, registration);
  if (own && verdict === 'verify-address') return grantSession(ctx, input, own);
  if (!own || verdict !== 'right') throw refusalOf(verdict, account?.user.id);
  const [answer] = await Promise.all([
    grantSession(ctx, input, own),
    forget(),
    ctx.limits.refund('login.address', ctx.request.ipAddress),
  ]);
  return answer;
}

/** Except for these two, the client learns no more than of a wrong password. The details are for the operator. */
function refusalOf(verdict: PasswordVerdict, subject: string | undefined): Refusal {
  if (verdict === 'suspended') return new Refusal('ACCOUNT_SUSPENDED', { subject });
  if (verdict === 'unavailable')
    return new Refusal('SERVICE_UNAVAILABLE', { retryAfter: 1, detail: 'LEGACY_LOGIN_URL does not answer', subject });
  return new Refusal('INVALID_CREDENTIALS', { detail: DETAILS[verdict], subject });
}

const DETAILS: Partial<Record<PasswordVerdict, string>> = {
  unverified: 'the address is not verified',
  'over-limit': 'limit login.person',
};

async function grantSession(
  ctx: Needs<SigningIn | 'passwords'>,
  { password, challengeToken, tokenDelivery }: LoginInput,
  account: Account & { password: NonNullable<Account['password']> },
): Promise<SignedIn | ChallengeRequired> {
  const { user, password: stored } = account;
  const link = challengeToken ? await findLink(ctx, challengeToken, user.id) : null;
  const rehashed = ctx.passwords.needsRehash(stored.hash) ? await ctx.passwords.hash(password) : null;
  return completeSignIn(ctx, {
    action: 'login',
    userId: user.id,
    proved: [...(link?.proved ?? []), AuthenticationMethod.PASSWORD].map(authenticatedBy),
    attemptId: link?.attemptId ?? null,
    tokenDelivery: tokenDelivery ?? TokenDelivery.BODY,
    inTransaction: async (tx) => {
      await assertPasswordUnchanged(tx, { userId: user.id, ...stored }, rehashed);
      if (link) await consume(ctx, tx, { challengeId: link.id, userId: user.id });
    },
    ...(!rehashed && !link && { fastPath: account }),
  });
}

/** The challenge that the password answers. It must belong to this account: a link that another account began is not completed here. */
async function findLink(ctx: Needs<'sql' | 'clock'>, challengeToken: string, userId: string): Promise<OpenChallenge> {
  const purposes = [ChallengePurpose.LINK_IDENTITY];
  const link = await findOpenChallenge(ctx, [sha256(challengeToken), ctx.clock.forDatabase(), purposes]);
  if (link.userId !== userId || !link.methods.includes(ChallengeMethod.PASSWORD))
    throw new Refusal('CHALLENGE_EXPIRED', { detail: 'the challenge is not of this account', subject: userId });
  return link;
}

/** If the password was changed during the comparison, the old one must not sign in, nor must its rehash undo the change. */
async function assertPasswordUnchanged(
  tx: EntityManager,
  verified: Pick<Password, 'hash' | 'changedAt'> & { userId: string },
  rehashed: string | null,
): Promise<void> {
  const current = await tx.findOne(Password, { user: verified.userId });
  if (current?.changedAt.getTime() !== verified.changedAt.getTime()) {
    throw new Refusal('INVALID_CREDENTIALS', {
      detail: 'the password was changed meanwhile',
      subject: verified.userId,
    });
  }
  if (rehashed && current.hash === verified.hash) current.hash = rehashed;
}
