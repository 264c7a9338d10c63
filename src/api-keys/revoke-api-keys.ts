import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';
import { sqlIn } from '../platform/database.js';

/**
 * Revokes the keys of a user in the caller's transaction; with `since`, only those created after it: an attacker who was in the account
 * could otherwise return with one.
 * @returns their ids; hand them to `revocations.denySessions` once the transaction has committed
 */
export async function revokeApiKeys(
  { clock }: Needs<'clock'>,
  tx: EntityManager,
  userId: string,
  since: Date | null = null,
): Promise<string[]> {
  const rows = await sqlIn(tx)<{ id: string }>('revoke-api-keys', REVOKE, [clock.forDatabase(), userId, since]);
  return rows.map(({ id }) => id);
}

const REVOKE = `
update api_keys set revoked_at = ${nowIn('$1')}
 where user_id = $2::uuid and revoked_at is null and ($3::timestamptz is null or created_at >= $3::timestamptz)
returning id`;
