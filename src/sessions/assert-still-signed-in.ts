import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs, AuthenticatedUser } from '../context.js';
import { Refusal } from '../errors.js';
import { sqlIn } from '../platform/database.js';
import { carriesCurrentRights, createPrincipalReader, type SessionPrincipal } from './principals.js';

/**
 * Call it first in the transaction that acts for a signed-in user. Checks their token once more, on locked rows that cannot change before
 * the commit. The first check (api/graphql/permissions.ts) is old by then: a hash was computed, a lock was waited for. A token that was
 * revoked in between is refused with TOKEN_REVOKED, and nothing is changed.
 *
 * @param others ids of the users who are acted upon; their rows are locked too
 */
export async function assertStillSignedIn(
  { clock }: Needs<'clock'>,
  tx: EntityManager,
  { claims }: AuthenticatedUser,
  others: string[] = [],
): Promise<SessionPrincipal> {
  const sql = sqlIn(tx);
  await sql('lock-people', LOCK, [[claims.sub, ...others], claims.sid]);
  // In a separate statement: the one above sees roles as they were before it waited for its locks.
  const who = await createPrincipalReader(sql, clock).read(claims);
  if (!who || !carriesCurrentRights(claims, who)) throw new Refusal('TOKEN_REVOKED');
  return who;
}

// Users first, by id, so that two who act upon each other do not deadlock. Then the session, which `logout` ends without locking its user,
// or the API key. The locks are exclusive: overlapping shared ones could keep a demotion or a logout waiting for ever.
const LOCK = `
with people as materialized (
  select id from users where id = any($1::uuid[]) order by id for no key update
), key as materialized (
  select id from api_keys where id = $2::uuid and (select count(*) from people) > 0 for no key update
)
select id from sessions where id = $2::uuid and (select count(*) from key) = 0 for no key update`;
