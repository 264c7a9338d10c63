import { mapRows, type RowOf } from '../platform/row-mapping.js';
import { Session } from './session.entity.js';

/** What clients are not shown. */
const ROW = mapRows(Session, {
  without: ['user', 'absoluteExpiresAt', 'endedAt', 'refreshesSince', 'refreshes', 'factorVerifiedAt', 'trustedStamp'],
});

/**
 * The session `s` for clients, in statements that do not pass through the EntityManager; and the seconds until it expires, by the clock
 * that it expires by (`now` is SQL).
 */
export const sessionAt = (now: string) => `
  ${ROW.json('s')} as session,
  greatest(0, floor(extract(epoch from s.expires_at - ${now})))::float8 as expires_in`;

export interface SessionRow {
  session: RowOf<Session>;
  expires_in: number;
}

export interface SessionRead {
  session: Session;
  /** Whole seconds until it expires. */
  expiresIn: number;
}

export function readSession({ session, expires_in: expiresIn }: SessionRow): SessionRead {
  return { session: ROW.read(session) as Session, expiresIn };
}
