import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';
import type { Sql } from '../platform/database.js';
import { mapRows, type RowOf } from '../platform/row-mapping.js';
import { Session } from './session.entity.js';

/** Without the columns that clients do not see. */
const ROW = mapRows(Session, {
  without: [
    'user',
    'absoluteExpiresAt',
    'endedAt',
    'refreshesSince',
    'refreshes',
    'factorVerifiedAt',
    'trustedStamp',
    'identity',
    'providerSid',
    'impersonatorSession',
  ],
});

/**
 * The session `s` for clients, in statements that do not pass through the EntityManager, with the seconds until it expires by the same
 * clock (`now` is SQL).
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

/** The session as it is, in the transaction that has locked it (`assertStillSignedIn`). */
export async function findSession({ clock }: Needs<'clock'>, sql: Sql, sessionId: string): Promise<SessionRead> {
  const [row] = await sql<SessionRow>('session', FIND, [sessionId, clock.forDatabase()]);
  if (!row) throw new Error('a locked session is gone');
  return readSession(row);
}

const FIND = `select ${sessionAt(nowIn('$2'))} from sessions s where s.id = $1::uuid`;
