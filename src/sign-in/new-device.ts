import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import { networkOf } from '../platform/network-of.js';
import { Session } from '../sessions/session.entity.js';
import { notifySeldom } from '../users/notify.js';
import type { User } from '../users/user.entity.js';

const LOOKED_AT = 50;

/**
 * Tells the owner of a sign-in on a device that their account has not seen (OWASP ASVS 6.3.5). Not of the very first one.
 * Clients without cookies are recognised by user agent and network.
 */
export async function tellOfNewDevice(
  ctx: Needs<'clock' | 'jobs' | 'limits' | 'mailKey' | 'request'>,
  tx: EntityManager,
  user: User,
): Promise<void> {
  if (!user.lastLoginAt || (await seenBefore(ctx, tx, user))) return;
  await notifySeldom(ctx, tx, user, 'new-sign-in');
}

async function seenBefore({ request }: Needs<'request'>, tx: EntityManager, user: User): Promise<boolean> {
  const { ipAddress, userAgent } = request;
  const where = { user: user.id, userAgent };
  const earlier = await tx.find(Session, where, {
    fields: ['ipAddress'],
    orderBy: { createdAt: 'desc' },
    limit: LOOKED_AT,
  });
  const network = networkOf(ipAddress);
  return earlier.some((session) => session.ipAddress !== null && networkOf(session.ipAddress) === network);
}
