import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';
import { sqlIn } from '../platform/database.js';
import type { ProviderAnswer } from './add-identity.js';
import { sealTokens } from './sealed.js';

/**
 * Stores what the provider has just said about an identity of the user, in the transaction that acts upon it. The account itself does not
 * change, not even its address.
 * @returns the id of the identity; null if the user has no such identity
 */
export async function useIdentity(
  ctx: Needs<'clock' | 'keys'>,
  tx: EntityManager,
  userId: string,
  { provider, profile: { issuer, subject, email, displayName, tokens } }: ProviderAnswer,
): Promise<string | null> {
  const sql = sqlIn(tx);
  const now = ctx.clock.forDatabase();
  const [used] = await sql<{ id: string }>('use-identity', USE, [
    userId,
    issuer,
    subject,
    provider,
    email,
    displayName,
    now,
  ]);
  if (!used) return null;
  const kept = sealTokens(ctx, { userId, identityId: used.id }, tokens);
  await sql('keep-provider-tokens', KEEP, [used.id, kept]);
  return used.id;
}

const USE = `
update identities set provider = $4::varchar, email = $5::varchar, display_name = $6::varchar, last_used_at = ${nowIn('$7')}
 where user_id = $1::uuid and issuer = $2::varchar and subject = $3::varchar
returning id`;

// Also without tokens: those that a setting no longer stores are removed.
const KEEP = 'update identities set tokens = $2::text where id = $1::uuid and tokens is distinct from $2::text';
