import { detailsInSql } from '../audit/details.js';
import { INSERT_DETAILED_EVENT } from '../audit/record.js';
import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';
import { sha256 } from '../platform/crypto.js';
import { sqlIn } from '../platform/database.js';
import type { LogoutToken } from '../providers/provider.js';

type Ended = { id: string; userId: string };

/**
 * Ends the sessions that began with an identity, since its provider has ended its own. The token is consumed, the sessions end, and the
 * events are recorded, or nothing happens. Once this has answered, no replica accepts their tokens.
 */
export async function endSessionsOfIdentity(
  { em, clock, request, revocations }: Needs<'em' | 'clock' | 'request' | 'revocations'>,
  provider: string,
  { issuer, subject, sid, jti }: LogoutToken,
): Promise<void> {
  const meant = [issuer, subject, sid];
  const ended = await em.fork().transactional(async (tx) => {
    const sql = sqlIn(tx);
    const digest = sha256(JSON.stringify([issuer, jti]));
    const people = await sql<{ id: string }>('provider-logout', RECEIVE, [...meant, digest, clock.forDatabase()]);
    if (people.length === 0) return [];
    const { ipAddress, userAgent, id } = request;
    const ids = people.map((person) => person.id);
    const params = [...meant, ids, clock.forDatabase(), provider, ipAddress, userAgent, id];
    return sql<Ended>('end-sessions-of-identity', END, params);
  });
  await Promise.all(ended.map(({ id, userId }) => revocations.denySession(userId, id)));
}

/**
 * Whether a logout ($1 issuer, $2 subject, $3 sid) concerns the session `s` of the identity `i`. If both are given, the `sid` must belong
 * to this user: another user's ends nothing. A session whose `sid` the provider did not disclose may be the one that is meant.
 */
const MEANT = `
  i.issuer = $1::varchar and case when $2::varchar is null then s.provider_sid = $3::varchar
       else i.subject = $2::varchar and ($3::varchar is null or s.provider_sid is null or s.provider_sid = $3::varchar) end`;

const NOW = nowIn('$5');

// Users are locked first, by id, as wherever many sessions end; sign-ins lock them too: one in progress has either begun its session before
// the next statement looks for it, or finds the logout (identities/add-identity.ts). Each half of the union has its index.
const RECEIVE = `
with received as (
  insert into provider_logouts (issuer, subject, sid, digest, received_at)
  values ($1::varchar, $2::varchar, $3::varchar, $4::bytea, ${NOW})
      on conflict (digest) do nothing
  returning digest
)
select u.id from users u
 where exists (select from received)
   and u.id in (select i.user_id from identities i where i.issuer = $1::varchar and i.subject = $2::varchar
                union all
                select s.user_id from sessions s where $2::varchar is null and s.provider_sid = $3::varchar)
 order by u.id for no key update`;

const END = `
with live as (
  select s.id, s.user_id from sessions s join identities i on i.id = s.identity_id
   where i.user_id = any($4::uuid[]) and s.user_id = i.user_id and s.ended_at is null and s.expires_at > ${NOW} and ${MEANT}
), ended as (
  update sessions set ended_at = ${NOW} where id in (select id from live) and ended_at is null
), event as (
  ${INSERT_DETAILED_EVENT}
  select gen_random_uuid(), ${NOW}, 'providerLogout', 'SUCCEEDED', null, null, user_id,
         case when count(*) = 1 then min(id::text)::uuid end, $7::varchar, $8::varchar, $9::varchar,
         ${detailsInSql('providerLogout', { provider: '$6::varchar', endedSessions: 'count(*)' })}
    from live group by user_id
)
select id, user_id as "userId" from live`;
