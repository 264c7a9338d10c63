import type { Needs } from '../context.js';
import { millisecondsIn, nowIn } from '../platform/clock.js';
import { sha256 } from '../platform/crypto.js';
import { ChallengePurpose } from './challenge.entity.js';
import { type ChallengeState, ChallengeStatus } from './challenge-status.js';
import { UNCHANGED } from './consume-challenge.js';

/**
 * The status of a challenge, for the tab that waits while its link is opened elsewhere. The holder of the token sees it, and strangers hold
 * tokens for any address they have entered. So it is the same for addresses with and without an account.
 */
export async function challenge(
  ctx: Needs<'sql' | 'clock' | 'config' | 'limits' | 'request'>,
  challengeToken: string,
): Promise<ChallengeStatus> {
  await ctx.limits.consume('challenge.address', ctx.request.ipAddress);
  return statusOf(ctx, challengeToken);
}

/** The same for an operation that counts its calls itself. */
export async function statusOf(
  { sql, clock, config }: Needs<'sql' | 'clock' | 'config'>,
  challengeToken: string,
): Promise<ChallengeStatus> {
  const asked = [sha256(challengeToken), clock.forDatabase(), config.registration === 'open'];
  const [row] = await sql<StatusRow>('challenge-status', STATUS, asked);
  if (!row) throw new Error('PostgreSQL returned no row');
  const { state, purpose, expires_at: expiresAt } = row;
  return Object.assign(new ChallengeStatus(), { state, purpose, expiresAt: new Date(expiresAt) });
}

interface StatusRow {
  state: ChallengeState;
  purpose: ChallengePurpose;
  /** Milliseconds since 1970. */
  expires_at: number;
}

/**
 * Strangers can request codes to reset a password and to sign in. Whether such a challenge was answered or voided would reveal that the
 * address has an owner. An answer is shown only if an unknown address could be answered for too, since that opens an account. On a device
 * that the owner has used before, and in a session, everything is shown.
 */
const ASKED_BY_ANYONE = `
  (c.purpose in ('${ChallengePurpose.RESET_PASSWORD}', '${ChallengePurpose.SIGN_IN}') and not c.by_owner and c.email <> '')`;

const STATUS = `
select coalesce(c.purpose, '${ChallengePurpose.VERIFY_EMAIL}') as purpose,
       coalesce(floor(extract(epoch from c.expires_at) * 1000)::float8, ${millisecondsIn('$2')}) as expires_at,
       case when c.answered_at is not null and not c.voided
                 and (not ${ASKED_BY_ANYONE} or c.purpose = '${ChallengePurpose.SIGN_IN}' and $3::boolean) then 'ANSWERED'
            when c.id is null or c.expires_at <= ${nowIn('$2')} then 'EXPIRED'
            when not ${ASKED_BY_ANYONE} and (c.answered_at is not null or c.attempts_left <= 0 or not ${UNCHANGED})
                 then 'EXPIRED'
            else 'PENDING' end as state
  from (select $1::bytea as token_hash) asked left join challenges c on c.token_hash = asked.token_hash`;
