import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import type { Context } from '../context.js';
import { Refusal } from '../errors.js';
import { rolesOfUser } from '../roles/roles-loader.js';
import type { AuthenticationMethod } from '../sessions/session.entity.js';
import { handOver, type SignedIn, type TokenDelivery } from '../sessions/signed-in.js';
import { startSession } from '../sessions/start-session.js';
import { Password } from '../passwords/password.entity.js';
import { User } from '../users/user.entity.js';
import { knownDevice, rememberDevice } from './known-device.js';
import { tellOfNewDevice } from './new-device.js';

export interface Proof {
  /** The operation, as the audit log names it. */
  action: string;
  userId: string;
  methods: AuthenticationMethod[];
  tokenDelivery: TokenDelivery;
  /** Another mail tells of the same moment: no notice of a new device. */
  announced?: boolean;
  /** What must become true in the same transaction as the session. */
  together?: (tx: EntityManager, user: User) => Promise<void>;
}

/**
 * The one door every way in ends at: it alone starts sessions. Whatever was proved before, nobody who is suspended,
 * deleted, or has an unproved address where that is required, gets past it.
 */
export async function completeSignIn(
  ctx: Context,
  { action, userId, methods, tokenDelivery, announced, together }: Proof,
): Promise<SignedIn> {
  const granted = await ctx.em.fork().transactional(async (tx) => {
    // Locked first, as everywhere that credentials, challenges or suspension change: what was proved is still true at commit.
    const user = await tx.findOne(User, userId, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!user) throw new Refusal('INVALID_CREDENTIALS', { subject: userId });
    await together?.(tx, user);
    if (user.suspendedAt) throw new Refusal('ACCOUNT_SUSPENDED', { subject: userId });
    if (!user.emailVerifiedAt && ctx.config.emailVerification === 'required') {
      throw new Refusal('INVALID_CREDENTIALS', { detail: 'the address is not proved', subject: userId });
    }
    const roles = await rolesOfUser({ em: tx }).load(userId);
    const owner = { userId, passwordSince: (await tx.findOne(Password, { user: userId }))?.changedAt ?? null };
    if (!announced && !knownDevice(ctx, owner)) await tellOfNewDevice(ctx, tx, user);
    const { session, refreshToken } = startSession(ctx, tx, user, methods);
    user.lastLoginAt = ctx.clock.now();
    record(ctx, tx, { action, actorId: userId, subjectId: userId, sessionId: session.id });
    return { user, roles, session, refreshToken, owner };
  });
  const signedIn = handOver(ctx, granted, tokenDelivery);
  rememberDevice(ctx, granted.owner);
  return signedIn;
}
