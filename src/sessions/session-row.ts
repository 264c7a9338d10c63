import { mapRows, type RowOf } from '../platform/row-mapping.js';
import { Session } from './session.entity.js';

/** What clients are not shown. */
const ROW = mapRows(Session, {
  without: ['user', 'absoluteExpiresAt', 'endedAt', 'refreshesSince', 'refreshes', 'factorVerifiedAt', 'trustedStamp'],
});

/** The session `s` for clients, in statements that do not pass through the EntityManager: one column of the answer. */
export const SESSION = `${ROW.json('s')} as session`;

export interface SessionRow {
  session: RowOf<Session>;
}

export function readSession({ session }: SessionRow): Session {
  return ROW.read(session) as Session;
}
