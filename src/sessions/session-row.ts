import type { Session } from './session.entity.js';
import { dateOf } from './principals.js';

/** The session `s` for clients, in statements that do not pass through the EntityManager: one column of the answer. */
export const SESSION = `
  json_build_object('id', s.id, 'createdAt', s.created_at, 'lastUsedAt', s.last_used_at, 'expiresAt', s.expires_at,
    'ipAddress', s.ip_address, 'userAgent', s.user_agent, 'authenticationMethods', s.authentication_methods) as session`;

export interface SessionRow {
  session: Pick<Session, 'id' | 'ipAddress' | 'userAgent' | 'authenticationMethods'> &
    Record<'createdAt' | 'lastUsedAt' | 'expiresAt', string>;
}

export function readSession({ session }: SessionRow): Session {
  return {
    ...session,
    createdAt: dateOf(session.createdAt),
    lastUsedAt: dateOf(session.lastUsedAt),
    expiresAt: dateOf(session.expiresAt),
  } as Session;
}
