import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import type { Mailing, Needs, SigningIn, Transaction } from '../context.js';
import { Refusal } from '../errors.js';
import { Password } from '../passwords/password.entity.js';
import { type Sql, sqlIn } from '../platform/database.js';
import { rolesOfUser } from '../roles/roles-loader.js';
import type { Authentication } from '../sessions/authentication.js';
import { type Granted, issueTokens, type SignedIn, type TokenDelivery } from '../sessions/signed-in.js';
import { isNewDevice } from '../sessions/new-device.js';
import { startSession, type SufficientProof, type Unchanged } from '../sessions/start-session.js';
import { notifyThrottled } from '../notices/notify.js';
import { User } from '../users/user.entity.js';
import type { Account } from './account.js';
import { knownDevice, rememberDevice } from './device-cookie.js';
import { type NextStep, nextStep } from './next-step.js';
import { newSignIn } from './new-sign-in.mail.js';

export interface WayIn {
  /** The operation, as the audit log names it. */
  action: string;
  /** Or what opens the account of a verified address, in the same transaction. */
  userId: string | ((tx: EntityManager) => Promise<string>);
  /** What was verified, in this request and before it. */
  proved: Authentication[];
  tokenDelivery: TokenDelivery;
  /** Another mail tells of the same moment: no notice of a new device. */
  suppressNotice?: boolean;
  /** What must become true, or be true still, in the same transaction as the session. */
  inTransaction: (tx: EntityManager, user: User) => Promise<void>;
  /**
   * The account, read at the beginning, where nothing but the session is to be written. A session starts without a transaction if
   * the account has not changed since, and the user has used the device before.
   */
  fastPath?: Account;
}

/** Every way to sign in ends here: `nextStep` decides, and nothing else starts sessions. */
export async function completeSignIn(ctx: Needs<SigningIn>, way: WayIn): Promise<SignedIn> {
  const granted = (await grantUnchanged(ctx, way)) ?? (await grantLocked(ctx, way));
  granted.user.lastLoginAt = granted.session.createdAt;
  const signedIn = issueTokens(ctx, granted, way.tokenDelivery);
  rememberDevice(ctx, granted.owner);
  return signedIn;
}

async function grantUnchanged(ctx: Needs<'sql' | 'config' | 'clock' | 'keys' | 'request'>, way: WayIn) {
  const { fastPath: account } = way;
  if (!account) return null;
  const decision = decide(ctx, way, account.user);
  if (decision.step !== 'session') return null;
  const unchanged = { roles: account.roles, knownDevice: knownDevice(ctx, deviceOwnerOf(account)) !== null };
  return grant(ctx, ctx.sql, { ...way, proof: decision.proof }, account, unchanged);
}

function grantLocked(ctx: Needs<Transaction | Mailing | 'config' | 'keys' | 'limits'>, way: WayIn) {
  const { suppressNotice, inTransaction } = way;
  return ctx.em.fork().transactional(async (tx) => {
    const userId = typeof way.userId === 'string' ? way.userId : await way.userId(tx);
    // Locked first, as everywhere that credentials, challenges or suspension change: what was verified is still true at commit.
    const user = await tx.findOne(User, userId, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!user) throw new Refusal('INVALID_CREDENTIALS', { subject: userId });
    await inTransaction(tx, user);
    const decision = decide(ctx, way, user);
    if (decision.step === 'refusal') throw new Refusal(decision.code, { subject: userId });
    if (decision.step === 'challenge') {
      throw new Refusal('INVALID_CREDENTIALS', { detail: 'the address is not verified', subject: userId });
    }
    const roles = await rolesOfUser({ em: tx }).load(userId);
    const password = await tx.findOne(Password, { user: userId });
    const known = suppressNotice || knownDevice(ctx, deviceOwnerOf({ user, password }));
    if (!known && (await isNewDevice(ctx, sqlIn(tx), user))) await notifyThrottled(ctx, tx, user, newSignIn);
    await tx.flush();
    const granted = await grant(ctx, sqlIn(tx), { ...way, proof: decision.proof }, { user, roles, password }, null);
    if (!granted) throw new Error('a locked user changed');
    return granted;
  });
}

function decide({ config }: Needs<'config'>, { proved }: WayIn, user: User): NextStep {
  return nextStep({
    proved,
    account: { suspended: user.suspendedAt !== null, addressVerified: user.emailVerifiedAt !== null },
    addressMustBeVerified: config.emailVerification === 'required',
  });
}

async function grant(
  ctx: Needs<'config' | 'clock' | 'request'>,
  sql: Sql,
  { action, proof }: { action: string; proof: SufficientProof },
  { user, roles, password }: Account,
  unchanged: Unchanged | null,
): Promise<(Granted & { owner: ReturnType<typeof deviceOwnerOf> }) | null> {
  const started = await startSession(ctx, sql, { user, proof, action, unchanged });
  if (!started) return null;
  return { user, roles, ...started, owner: deviceOwnerOf({ user, password }) };
}

/** Whose device it would be. */
export function deviceOwnerOf({ user, password }: Pick<Account, 'user' | 'password'>) {
  return { userId: user.id, passwordSince: password?.changedAt ?? null };
}
