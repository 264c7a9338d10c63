import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import type { User } from '../users/user.entity.js';
import { hashOf, newRefreshSecret, printRefreshToken } from './refresh-secret.js';
import { RefreshToken } from './refresh-token.entity.js';
import { type AuthenticationMethod, Session } from './session.entity.js';

/** A new session and its first refresh token, in the caller's transaction. Only `completeSignIn` may call it. */
export function startSession(
  { config, clock, request }: Needs<'config' | 'clock' | 'request'>,
  em: EntityManager,
  user: User,
  authenticationMethods: AuthenticationMethod[],
): { session: Session; refreshToken: string } {
  const now = clock.now();
  const absoluteExpiresAt = new Date(now.getTime() + config.sessionAbsoluteLifetime);
  const session = em.create(Session, {
    user,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: new Date(Math.min(now.getTime() + config.sessionIdleLifetime, absoluteExpiresAt.getTime())),
    absoluteExpiresAt,
    ipAddress: request.ipAddress,
    userAgent: request.userAgent,
    authenticationMethods,
    refreshesSince: now,
  });
  const secret = newRefreshSecret();
  em.create(RefreshToken, { id: secret.id, session, secretHash: hashOf(secret), createdAt: now });
  return { session, refreshToken: printRefreshToken(secret) };
}
