import type { Needs } from '../../context.js';
import { ChallengeMethod } from '../../challenges/challenge.entity.js';
import type { ProviderProfile } from '../../providers/provider.js';
import type { AccountFacts } from './whose-account.js';

/** The facts for `whoseAccount`, and the security stamp of the owner. One statement, the same for known and unknown addresses. */
export async function accountFacts(
  { sql, config }: Needs<'sql' | 'config'>,
  profile: ProviderProfile,
): Promise<AccountFacts & { securityStamp: number | null }> {
  const { issuer, subject, email } = profile;
  const [row] = await sql<Row>('provider-account', FACTS, [issuer, subject, email]);
  if (!row) throw new Error('PostgreSQL returned no row');
  const { knownAs, id, verified, hasPassword, hasPasskey, securityStamp } = row;
  const methods = [
    ...(hasPassword && config.signInMethods.includes('password') ? [ChallengeMethod.PASSWORD] : []),
    ...(hasPasskey && config.signInMethods.includes('passkey') ? [ChallengeMethod.PASSKEY] : []),
  ];
  const owner = id === null ? null : { id, verified, methods };
  return { profile, knownAs, owner, registrationOpen: config.registration === 'open', securityStamp };
}

interface Row {
  knownAs: string | null;
  id: string | null;
  verified: boolean;
  hasPassword: boolean;
  hasPasskey: boolean;
  securityStamp: number | null;
}

const FACTS = `
select (select i.user_id from identities i join users k on k.id = i.user_id and k.deleted_at is null
         where i.issuer = $1::varchar and i.subject = $2::varchar) as "knownAs",
       u.id, u.email_verified_at is not null as verified, u.security_stamp as "securityStamp",
       exists (select from passwords p where p.user_id = u.id) as "hasPassword",
       exists (select from passkeys k where k.user_id = u.id) as "hasPasskey"
  from (select $3::varchar as email) asked
  left join users u on u.email = asked.email and u.deleted_at is null`;
