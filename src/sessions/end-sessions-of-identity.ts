import { INSERT_DETAILED_EVENT } from '../audit/record.js';
import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';
import { sha256 } from '../platform/crypto.js';
import type { LogoutToken } from '../providers/provider.js';

/** How long a logout token is remembered, in milliseconds: longer than one is taken (providers/logout-token.ts). */
const REMEMBERED = 900_000;

/**
 * Ends the sessions that began with an identity, since its provider has ended its own. One prepared statement: the token is used up, the
 * sessions end, and the events are kept, or none of it. When this answers, no replica accepts their tokens.
 */
export async function endSessionsOfIdentity(
  { sql, clock, request, revocations }: Needs<'sql' | 'clock' | 'request' | 'revocations'>,
  provider: string,
  { issuer, subject, sid, jti }: LogoutToken,
  remembered = REMEMBERED,
): Promise<void> {
  const [name, statement] =
    subject === null ? (['logout-of-sid', OF_SID] as const) : (['logout-of-subject', OF_SUBJECT] as const);
  const ended = await sql<{ id: string; userId: string }>(name, statement, [
    issuer,
    subject,
    sid,
    sha256(JSON.stringify([issuer, jti])),
    clock.forDatabase(),
    remembered,
    provider,
    request.ipAddress,
    request.userAgent,
    request.id,
  ]);
  await Promise.all(ended.map(({ id, userId }) => revocations.denySession(userId, id)));
}

const NOW = nowIn('$5');

// The people first, by id, as everything does that ends many sessions (see logout.ts).
const ending = (meant: string) => `
with used as (
  insert into used_logout_tokens (digest, expires_at)
  values ($4::bytea, ${NOW} + $6::float8 * interval '1 millisecond')
      on conflict (digest) do nothing
  returning digest
), meant as materialized (
  select s.id, s.user_id, s.ended_at, s.expires_at
    from sessions s join identities i on i.id = s.identity_id
   where exists (select from used) and i.issuer = $1::varchar and ${meant}
), people as materialized (
  select u.id from users u where u.id in (select user_id from meant) order by u.id for no key update
), live as (
  select id, user_id from meant
   where ended_at is null and expires_at > ${NOW} and (select count(*) from people) > 0
), ended as (
  update sessions set ended_at = ${NOW} where id in (select id from live) and ended_at is null
), event as (
  ${INSERT_DETAILED_EVENT}
  select gen_random_uuid(), ${NOW}, 'providerLogout', 'SUCCEEDED', null, null, user_id,
         case when count(*) = 1 then min(id::text)::uuid end, $8::varchar, $9::varchar, $10::varchar,
         jsonb_build_object('provider', $7::varchar, 'endedSessions', count(*))
    from live group by user_id
)
select id, user_id as "userId" from live`;

// With a `sid` too, that must be of a session of this person: one of somebody else ends nothing. A session whose `sid` the provider did
// not tell may be the one that is meant.
const OF_SUBJECT = ending(
  'i.subject = $2::varchar and ($3::varchar is null or s.provider_sid = $3::varchar or s.provider_sid is null)',
);
const OF_SID = ending('$2::varchar is null and s.provider_sid = $3::varchar');
