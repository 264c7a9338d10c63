import type { Feature } from '../feature.js';
import { refreshTokenReused } from './refresh-token-reused.mail.js';
import { LoggedOutResolver } from './logged-out.resolver.js';
import { RefreshToken } from './refresh-token.entity.js';
import { Session } from './session.entity.js';
import { TrustedDevice } from './trusted-device.entity.js';
import { SessionsResolver } from './sessions.resolver.js';
import { UserSessionsResolver } from './user-sessions.resolver.js';
import { sessionData } from './personal-data.js';

export const sessions: Feature = {
  name: 'sessions',
  entities: [Session, RefreshToken, TrustedDevice],
  resolvers: [SessionsResolver, LoggedOutResolver, UserSessionsResolver],
  mails: [refreshTokenReused],
  retention: [
    // An ended session stays a week, so that a replay of its tokens is still recognised. One that expired without being ended
    // stays until a week after its absolute lifetime: an index on `expires_at` would be written by each refresh. Its refresh
    // tokens go with it.
    { table: 'sessions', where: 'absolute_expires_at < ? or ended_at < ?', after: 7 * 86_400_000 },
    { table: 'trusted_devices', where: 'expires_at < ?', after: 0 },
  ],
  personalData: sessionData,
};
