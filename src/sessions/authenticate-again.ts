import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { nowIn } from '../platform/clock.js';
import { sqlIn } from '../platform/database.js';
import { amrOf, authenticatedBy, type Authentication, includesSecondFactor } from './authentication.js';
import { FACTOR_MET, factorRequired } from './factor-met.js';
import { readSession, sessionAt, type SessionRead, type SessionRow } from './session-row.js';
import { Session } from './session.entity.js';

/**
 * Records that the user of the session has authenticated again: moves `auth_time`, and adds what was verified. In a transaction that has
 * locked the session (`assertStillSignedIn`).
 */
export function authenticateAgain(
  ctx: Needs<'clock' | 'config'>,
  tx: EntityManager,
  sessionId: string,
  verified: Authentication,
): Promise<SessionRead> {
  return add(ctx, tx, { sessionId, verified, active: true });
}

/**
 * Records that a factor was enrolled in the session, and thereby verified, so that a second one can be enrolled at once. `auth_time` does
 * not move, since the user has not authenticated with anything they had before.
 */
export async function addEnrolledFactor(
  ctx: Needs<'clock' | 'config'>,
  tx: EntityManager,
  sessionId: string,
  verified: Authentication,
): Promise<void> {
  await add(ctx, tx, { sessionId, verified, active: false });
}

async function add(
  ctx: Needs<'clock' | 'config'>,
  tx: EntityManager,
  { sessionId, verified, active }: { sessionId: string; verified: Authentication; active: boolean },
): Promise<SessionRead> {
  const { authenticationMethods, amr } = await tx.findOneOrFail(Session, sessionId);
  const methods = [...new Set([...authenticationMethods, verified.method])];
  // A session of the previous version has no amr.
  const before = authenticationMethods.map((method) => (amr.length > 0 ? { method, amr } : authenticatedBy(method)));
  const amrAfter = amrOf([...before, verified]);
  const factor = includesSecondFactor([verified]);
  const params = [sessionId, ctx.clock.forDatabase(), methods, amrAfter, active, factor, factorRequired(ctx)];
  const [row] = await sqlIn(tx)<SessionRow>('authenticate-again', ADD, params);
  // A step-up without the second factor that is now required does not prolong the session: the next refresh ends it.
  if (!row) throw new Refusal('TOKEN_REVOKED');
  return readSession(row);
}

const NOW = nowIn('$2');
const ADD = `
with s as (
  update sessions s
     set authentication_methods = $3::text[], amr = $4::text[],
         authenticated_at = case when $5::boolean then ${NOW} else s.authenticated_at end,
         factor_verified_at = case when $6::boolean then ${NOW} else s.factor_verified_at end
   where s.id = $1::uuid and s.ended_at is null
  returning s.*
)
select ${sessionAt(NOW)} from s join users u on u.id = s.user_id and ${FACTOR_MET('$7')}`;
