import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { type ChallengeRequired, challengeRequired } from '../challenges/challenge-required.js';
import { issueChallenge } from '../challenges/issue-challenge.js';
import { mailCode } from '../challenges/mail-code.js';
import type { CodeMailing, Needs, SigningIn, Transaction } from '../context.js';
import { Refusal } from '../errors.js';
import type { DelayPolicy } from '../limit-policies.js';
import { Password } from '../passwords/password.entity.js';
import { foldAddress } from '../platform/email-address.js';
import { AuthenticationMethod } from '../sessions/session.entity.js';
import { type SignedIn, TokenDelivery } from '../sessions/signed-in.js';
import { foldUsername } from '../users/user-fields.js';
import { User } from '../users/user.entity.js';
import { type Account, findAccount, type LoginCandidates } from './account.js';
import { completeSignIn, deviceOwnerOf } from './complete-sign-in.js';
import { knownDevice } from './device-cookie.js';
import { signInCode } from './sign-in-code.mail.js';
import type { LoginInput } from './sign-in.input.js';

type LoginNeeds = Needs<SigningIn | CodeMailing | 'passwords'>;

/**
 * Signs in by password. A wrong one, an unknown account and a suspended one with a wrong password answer alike, in the same
 * time. So do an account whose address is not verified yet, and a decoy.
 */
export async function login(ctx: LoginNeeds, input: LoginInput): Promise<SignedIn | ChallengeRequired> {
  // The limit first: a refused sign-in must not take the place of an allowed one in the queue for hashing.
  await ctx.limits.consume('login.address', ctx.request.ipAddress);
  return ctx.passwords.admit(() => byPassword(ctx, input));
}

async function byPassword(ctx: LoginNeeds, input: LoginInput): Promise<SignedIn | ChallengeRequired> {
  const { limits, passwords } = ctx;
  const named = await findAccount(ctx, input.identifier);
  const { account, decoy } = named;
  // The owner, where they have signed in before, does not wait for what others guess elsewhere.
  const device = account?.password && knownDevice(ctx, deviceOwnerOf(account));
  const name = foldAddress(input.identifier) ?? foldUsername(input.identifier.trim());
  const budget: [policy: DelayPolicy, key: string] = device
    ? ['login.device', `${account.user.id}:${device}`]
    : ['login.account', name];
  const person = device ? null : (account?.user.id ?? name);
  const hashes = [account, decoy].flatMap((one) => one?.password?.hash ?? []);
  return limits.guess(...budget, async (right) => {
    const [matched, believed] = await Promise.all([
      passwords.which(input.password, hashes),
      person === null || limits.allows('login.person', person),
    ]);
    const forget = () => Promise.all([right(), person !== null && limits.reset('login.person', person)]);
    return decide(ctx, input, named, { matched, believed, forget });
  });
}

interface Compared {
  /** The hash that the password matches. */
  matched: string | undefined;
  /** False after too many wrong passwords for the person: then even the right one is refused. */
  believed: boolean;
  /** Clears the counts, since the password was right. */
  forget(): Promise<unknown>;
}

async function decide(
  ctx: LoginNeeds,
  input: LoginInput,
  { account, decoy }: LoginCandidates,
  { matched, believed, forget }: Compared,
): Promise<SignedIn | ChallengeRequired> {
  const required = ctx.config.emailVerification === 'required';
  const subject = account?.user.id;
  if (!account?.password || matched !== account.password.hash) {
    // It stays counted as a guess, as it does for an account that is not verified: a decoy's password must not reset the guesses at
    // the owner's.
    if (matched && decoy && required) return proveAddressFirst(ctx, decoy.user, account?.user);
    throw new Refusal('INVALID_CREDENTIALS', { subject });
  }
  const { user, password } = account;
  // Even past login.person, as for a decoy above: a decoy whose password stopped working would tell that its address and the
  // username that was guessed belong to one person.
  if (required && !user.emailVerifiedAt && !user.suspendedAt) return proveAddressFirst(ctx, user);
  if (!believed) throw new Refusal('INVALID_CREDENTIALS', { detail: 'limit login.person', subject });
  if (user.suspendedAt) throw new Refusal('ACCOUNT_SUSPENDED', { subject });
  const [answer] = await Promise.all([
    grantSession(ctx, input, { ...account, password }),
    forget(),
    ctx.limits.refund('login.address', ctx.request.ipAddress),
  ]);
  return answer;
}

async function grantSession(
  ctx: Needs<SigningIn | 'passwords'>,
  { password, tokenDelivery }: LoginInput,
  account: Account & { password: NonNullable<Account['password']> },
): Promise<SignedIn> {
  const { user, password: stored } = account;
  const rehashed = ctx.passwords.needsRehash(stored.hash) ? await ctx.passwords.hash(password) : null;
  return completeSignIn(ctx, {
    action: 'login',
    userId: user.id,
    methods: [AuthenticationMethod.PASSWORD],
    tokenDelivery: tokenDelivery ?? TokenDelivery.BODY,
    together: (tx) => assertPasswordUnchanged(tx, { userId: user.id, ...stored }, rehashed),
    ...(!rehashed && { alone: account }),
  });
}

/** A password changed while this one was compared must not let the old one in, nor be undone by the new hash of the old one. */
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

/**
 * The mail has a code and no link: with a link, the owner of the address could confirm the registration of a stranger by one press.
 * For a decoy the same rows are written, and the mail tells the owner of the address, if there is one, that they have an account.
 */
async function proveAddressFirst(
  ctx: Needs<Transaction | CodeMailing | 'limits'>,
  { id, email, decoy }: User,
  owner: User | null = null,
): Promise<ChallengeRequired> {
  await ctx.limits.consume('resendOtp.account', email);
  await ctx.limits.consume('mail.recipient', email);
  return ctx.em.fork().transactional(async (tx) => {
    // Locked, since a registration may be deleting the decoy.
    const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, filters: { notDeleted: !decoy } } as const;
    const user = await tx.findOne(User, id, lock);
    if (user?.email !== email) throw new Refusal('INVALID_CREDENTIALS', { subject: id });
    const asked = {
      purpose: ChallengePurpose.VERIFY_EMAIL,
      email: user.email,
      locale: (owner ?? user).locale,
      user,
      linked: false,
    };
    const issued = await issueChallenge(ctx, tx, asked);
    await mailCode(ctx, tx, issued, signInCode);
    const happening = decoy
      ? { code: 'INVALID_CREDENTIALS' as const, subjectId: owner?.id ?? null }
      : { subjectId: id };
    record(ctx, tx, { action: 'login', ...happening });
    return challengeRequired(issued.challenge, issued.token, ctx.config.otpLength);
  });
}
