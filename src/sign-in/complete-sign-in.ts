import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { type ChallengeMethod, ChallengePurpose } from '../challenges/challenge.entity.js';
import type { ChallengeRequired } from '../challenges/challenge-required.js';
import type { Needs, SigningIn } from '../context.js';
import { Refusal } from '../errors.js';
import { addIdentityOfAttempt } from '../identities/add-identity.js';
import type { HookClaims } from '../hooks/hooks.js';
import { notifyThrottled } from '../notices/notify.js';
import { Password } from '../passwords/password.entity.js';
import { type Sql, sqlIn } from '../platform/database.js';
import { rolesOfUser } from '../roles/roles-loader.js';
import { type Authentication, makesDeviceTrusted } from '../sessions/authentication.js';
import { isNewDevice } from '../sessions/new-device.js';
import { AuthenticationMethod } from '../sessions/session.entity.js';
import { type Granted, issueTokens, type SignedIn, type TokenDelivery } from '../sessions/signed-in.js';
import { type Start, startSession } from '../sessions/start-session.js';
import { isTrustedDevice, trustDevice } from '../sessions/trusted-devices.js';
import { User } from '../users/user.entity.js';
import type { Account } from './account.js';
import { AskFirst, askHooks, type HookAnswers, isAbout, isAskedFirst, NOT_ASKED } from './ask-hooks.js';
import { askForMore } from './ask-for-more.js';
import { deviceOwnerOf, deviceToTrust, knownDevice, rememberDevice } from './device-cookie.js';
import { isSecondFactorDemanded } from './is-second-factor-demanded.js';
import { type NextStep, nextStep, type SignInFacts } from './next-step.js';
import { newSignIn } from './new-sign-in.mail.js';

export interface WayIn {
  /** The operation, as the audit log names it. */
  action: string;
  /** A function opens the account of a verified address, in the same transaction. */
  userId: string | ((tx: EntityManager) => Promise<string>);
  /** What was verified, in this request and before it. */
  proved: Authentication[];
  tokenDelivery: TokenDelivery;
  /**
   * The attempt in which an identity provider has authenticated the user. Its identity is linked together with the session, unless the user
   * has it already, and not before: a first factor alone must link nothing. Null if there is none. Required, since an answer to a challenge
   * may carry one.
   */
  attemptId: string | null;
  /** The user wants to skip the second factor on this device from now on. Has an effect only if one was verified, and not by a recovery code. */
  trustDevice?: boolean;
  /** Another mail reports the same event: no notice of a new device. */
  suppressNotice?: boolean;
  /** Further changes and checks in the same transaction as the session. */
  inTransaction: (tx: EntityManager, user: User) => Promise<void>;
  /**
   * The account as read at the beginning, if nothing but the session is to be written. The session then starts without a transaction if the
   * account has not changed since, and the user has used the device before.
   */
  fastPath?: Account;
}

interface NewSession extends Granted {
  owner: ReturnType<typeof deviceOwnerOf>;
  /** What a hook adds to the access token. */
  claims: HookClaims;
  /** The id of the device that is trusted from now on. */
  trusted?: string | null;
}

/** Every way to sign in ends here: `nextStep` decides, and no other code starts sessions. */
export async function completeSignIn(ctx: Needs<SigningIn>, way: WayIn): Promise<SignedIn | ChallengeRequired> {
  const outcome = await decideAsking(ctx, way);
  if ('challengeToken' in outcome) return outcome;
  outcome.user.lastLoginAt = outcome.session.createdAt;
  const signedIn = issueTokens(ctx, outcome, outcome.claims, way.tokenDelivery);
  rememberDevice(ctx, outcome.owner, outcome.trusted);
  return signedIn;
}

/** No transaction waits for a hook: if one has to be asked, the transaction is rolled back and begins again afterwards. */
async function decideAsking(ctx: Needs<SigningIn>, way: WayIn): Promise<NewSession | ChallengeRequired> {
  let answers = isAskedFirst(ctx) ? null : NOT_ASKED;
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    try {
      return (await grantUnchanged(ctx, way, answers)) ?? (await decideLocked(ctx, way, answers));
    } catch (error) {
      if (!(error instanceof AskFirst)) throw error;
      answers = await askHooks(ctx, way, error.account);
    }
  }
  throw new Refusal('SERVICE_UNAVAILABLE', {
    retryAfter: 1,
    detail: 'the account kept changing while hooks were asked',
  });
}

/** In the first one, hooks are not asked yet: it finds out about which account they are. */
const MAX_TURNS = 4;

/** Null if a transaction is needed. */
async function grantUnchanged(
  ctx: Needs<SigningIn>,
  way: WayIn,
  answers: HookAnswers | null,
): Promise<NewSession | null> {
  if (!way.fastPath) return null;
  const account = { ...way.fastPath, trustedDevice: false };
  const decision = decide(ctx, way, account);
  if (decision.step !== 'session') return null;
  if (!answers) throw new AskFirst(account);
  if (!isAbout(answers, account)) return null;
  const unchanged = { roles: account.roles, knownDevice: knownDevice(ctx, deviceOwnerOf(account)) !== null };
  const { proof } = decision;
  return grant(ctx, ctx.sql, way, account, { proof, signedInWith: null, unchanged, claims: answers.claims });
}

function decideLocked(
  ctx: Needs<SigningIn>,
  way: WayIn,
  answers: HookAnswers | null,
): Promise<NewSession | ChallengeRequired> {
  const { suppressNotice, inTransaction, attemptId } = way;
  return ctx.em.fork().transactional(async (tx) => {
    const userId = typeof way.userId === 'string' ? way.userId : await way.userId(tx);
    // Locked first, as wherever credentials, challenges or suspension change: what was verified is still true at commit.
    const user = await tx.findOne(User, userId, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!user) throw new Refusal('INVALID_CREDENTIALS', { subject: userId });
    await inTransaction(tx, user);
    await tx.flush();
    const account = await readLocked(ctx, tx, user);
    const decision = decide(ctx, way, account);
    if (decision.step === 'refusal') throw new Refusal(decision.code, { subject: userId });
    if (showsMailbox(way) && !isSecondFactor(decision)) {
      user.emailVerifiedAt ??= ctx.clock.now();
      await tx.flush();
    }
    if (decision.step === 'challenge') return askForMore(ctx, tx, { ...way, ...decision, ...account });
    if (!answers || !isAbout(answers, account)) throw new AskFirst(account);
    // A user who has just opened the account needs no mail about the link.
    const notice = typeof way.userId === 'string';
    const linked = attemptId ? await addIdentityOfAttempt(ctx, tx, user, attemptId, { notice }) : null;
    // The mail about a link names the device.
    const known = suppressNotice || linked?.added || knownDevice(ctx, deviceOwnerOf(account));
    if (!known && (await isNewDevice(ctx, sqlIn(tx), user))) await notifyThrottled(ctx, tx, user, newSignIn);
    await tx.flush();
    const granting = { proof: decision.proof, signedInWith: linked, unchanged: null, claims: answers.claims };
    const granted = await grant(ctx, sqlIn(tx), way, account, granting);
    if (!granted) throw new Error('a locked user changed');
    return { ...granted, trusted: way.trustDevice ? await trust(ctx, tx, way, userId) : null };
  });
}

/** The facts of the decision: the account, and whether the device is trusted. */
type Deciding = Account & Pick<SignInFacts, 'trustedDevice'>;

async function readLocked(ctx: Needs<SigningIn>, tx: EntityManager, user: User): Promise<Deciding> {
  const { methods } = ctx;
  const roles = await rolesOfUser({ em: tx }).load(user.id);
  const password = await tx.findOne(Password, { user: user.id });
  const enrolled = `select ${methods.enrolled} as enrolled from users u where u.id = $1::uuid`;
  const [row] = await sqlIn(tx)<{ enrolled: ChallengeMethod[] }>('enrolled', enrolled, [user.id]);
  const device = row?.enrolled.length ? knownDevice(ctx, deviceOwnerOf({ user, password })) : null;
  const trustedDevice = device !== null && (await isTrustedDevice(ctx, sqlIn(tx), { userId: user.id, device }));
  return { user, roles, password, enrolled: row?.enrolled ?? [], trustedDevice };
}

function decide(ctx: Needs<'config'>, way: WayIn, { user, roles, enrolled, trustedDevice }: Deciding): NextStep {
  const addressVerified = user.emailVerifiedAt !== null || showsMailbox(way);
  return nextStep({
    proved: way.proved,
    account: { suspended: user.suspendedAt !== null, addressVerified },
    addressMustBeVerified: ctx.config.emailVerification === 'required',
    enrolled,
    demanded: isSecondFactorDemanded(ctx, roles),
    trustedDevice,
  });
}

/** Each way in has judged that the code went to the address of the account; a challenge that keeps it dies with another address. */
function showsMailbox({ proved }: WayIn): boolean {
  return proved.some(({ method }) => method === AuthenticationMethod.EMAIL_CODE);
}

/**
 * Until it is answered, the address stays unverified. A stranger may have opened the account and enrolled a passkey (pre-hijacking): the
 * owner of the address cannot get in, and the stranger would sign in to an account that says the address is theirs.
 */
function isSecondFactor(decision: NextStep): boolean {
  return decision.step === 'challenge' && decision.purpose === ChallengePurpose.SECOND_FACTOR;
}

/** A sign-in on a trusted device verifies no second factor, so it does not prolong the trust. */
async function trust(ctx: Needs<SigningIn>, tx: EntityManager, { proved }: WayIn, userId: string) {
  const device = makesDeviceTrusted(proved) ? deviceToTrust(ctx) : null;
  if (device && ctx.config.trustedDeviceLifetime > 0) await trustDevice(ctx, sqlIn(tx), { userId, device });
  return device;
}

async function grant(
  ctx: Needs<'config' | 'clock' | 'request'>,
  sql: Sql,
  { action }: WayIn,
  account: Deciding,
  { claims, ...start }: Pick<Start, 'proof' | 'signedInWith' | 'unchanged'> & { claims: HookClaims },
): Promise<NewSession | null> {
  const { user, roles, trustedDevice: onTrustedDevice } = account;
  const started = await startSession(ctx, sql, { ...start, action, user, onTrustedDevice });
  return started && { ...started, user, roles, claims, owner: deviceOwnerOf(account) };
}
