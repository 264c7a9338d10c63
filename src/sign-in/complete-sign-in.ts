import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import type { Mailing, Needs, SigningIn, Transaction } from '../context.js';
import { Refusal } from '../errors.js';
import { Password } from '../passwords/password.entity.js';
import { type Sql, sqlIn } from '../platform/database.js';
import { rolesOfUser } from '../roles/roles-loader.js';
import type { AuthenticationMethod } from '../sessions/session.entity.js';
import { type Granted, issueTokens, type SignedIn, type TokenDelivery } from '../sessions/signed-in.js';
import { isNewDevice } from '../sessions/new-device.js';
import { startSession, type Unchanged } from '../sessions/start-session.js';
import { notifyThrottled } from '../notices/notify.js';
import { User } from '../users/user.entity.js';
import type { Account } from './account.js';
import { knownDevice, rememberDevice } from './device-cookie.js';
import { newSignIn } from './new-sign-in.mail.js';

export interface Proof {
  /** The operation, as the audit log names it. */
  action: string;
  userId: string;
  methods: AuthenticationMethod[];
  tokenDelivery: TokenDelivery;
  /** Another mail tells of the same moment: no notice of a new device. */
  announced?: boolean;
  /** What must become true, or be true still, in the same transaction as the session. */
  together: (tx: EntityManager, user: User) => Promise<void>;
  /**
   * Nothing but the session is to be written, where the person, read at the beginning, still is who they were, and has used
   * the device before.
   */
  alone?: Account;
}

/**
 * Every way to sign in ends here: nothing else starts sessions. It refuses a person who is suspended or deleted, or whose
 * address is not verified although that is required, whatever they have verified before.
 */
export async function completeSignIn(ctx: Needs<SigningIn>, proof: Proof): Promise<SignedIn> {
  const granted = (await grantAlone(ctx, proof)) ?? (await grantTogether(ctx, proof));
  granted.user.lastLoginAt = granted.session.createdAt;
  const signedIn = issueTokens(ctx, granted, proof.tokenDelivery);
  rememberDevice(ctx, granted.owner);
  return signedIn;
}

async function grantAlone(ctx: Needs<'sql' | 'config' | 'clock' | 'keys' | 'request'>, proof: Proof) {
  const { alone } = proof;
  if (!alone) return null;
  const unchanged = { roles: alone.roles, knownDevice: knownDevice(ctx, deviceOwnerOf(alone)) !== null };
  return grant(ctx, ctx.sql, proof, alone, unchanged);
}

function grantTogether(ctx: Needs<Transaction | Mailing | 'config' | 'keys' | 'limits'>, proof: Proof) {
  const { userId, announced, together } = proof;
  return ctx.em.fork().transactional(async (tx) => {
    // Locked first, as everywhere that credentials, challenges or suspension change: what was verified is still true at commit.
    const user = await tx.findOne(User, userId, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!user) throw new Refusal('INVALID_CREDENTIALS', { subject: userId });
    await together(tx, user);
    if (user.suspendedAt) throw new Refusal('ACCOUNT_SUSPENDED', { subject: userId });
    if (!user.emailVerifiedAt && ctx.config.emailVerification === 'required') {
      throw new Refusal('INVALID_CREDENTIALS', { detail: 'the address is not verified', subject: userId });
    }
    const roles = await rolesOfUser({ em: tx }).load(userId);
    const password = await tx.findOne(Password, { user: userId });
    const known = announced || knownDevice(ctx, deviceOwnerOf({ user, password }));
    if (!known && (await isNewDevice(ctx, sqlIn(tx), user))) await notifyThrottled(ctx, tx, user, newSignIn);
    await tx.flush();
    const granted = await grant(ctx, sqlIn(tx), proof, { user, roles, password }, null);
    if (!granted) throw new Error('a locked person changed');
    return granted;
  });
}

async function grant(
  ctx: Needs<'config' | 'clock' | 'request'>,
  sql: Sql,
  { action, methods }: Proof,
  { user, roles, password }: Account,
  unchanged: Unchanged | null,
): Promise<(Granted & { owner: ReturnType<typeof deviceOwnerOf> }) | null> {
  const passwordSince = password?.changedAt ?? null;
  const started = await startSession(ctx, sql, { user, methods, action, passwordSince, unchanged });
  if (!started) return null;
  return { user, roles, ...started, owner: deviceOwnerOf({ user, password }) };
}

/** Whose device it would be. */
export function deviceOwnerOf({ user, password }: Pick<Account, 'user' | 'password'>) {
  return { userId: user.id, passwordSince: password?.changedAt ?? null };
}
