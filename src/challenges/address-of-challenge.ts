import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';
import { sha256 } from '../platform/crypto.js';
import { ChallengePurpose } from './challenge.entity.js';

/**
 * The address that a challenge to set a password was sent to, while it is valid. Only someone who typed that address, or read its mail, has
 * the token. The token of a challenge to verify an address is not enough: `login` by username returns one too.
 */
export async function addressOfChallenge(
  { sql, clock }: Needs<'sql' | 'clock'>,
  challengeToken: string,
): Promise<string | null> {
  const asked = [sha256(challengeToken), clock.forDatabase(), ChallengePurpose.RESET_PASSWORD];
  const [row] = await sql<{ email: string }>('challenge-address', ADDRESS, asked);
  return row?.email ?? null;
}

const ADDRESS = `
select email from challenges
 where token_hash = $1::bytea and answered_at is null and expires_at > ${nowIn('$2')} and purpose = $3::varchar`;
