import { record } from '../audit/record.js';
import type { Needs, Transaction } from '../context.js';
import { API_KEY_AMR } from '../keys/access-token.js';
import { nowIn } from '../platform/clock.js';
import { sqlIn } from '../platform/database.js';
import { hashOfApiKey } from './api-key-secret.js';

/**
 * Revokes an API key by the key itself or by a token that was exchanged for it, without further proof: anyone who finds a key in a
 * repository can revoke it.
 * @returns whether it was one of these, so that there is nothing else to end
 */
export async function revokeByToken(
  ctx: Needs<Transaction | 'keys' | 'apiKeys' | 'revocations'>,
  token: string,
): Promise<boolean> {
  const isSecret = ctx.apiKeys.recognises(token);
  const claims = isSecret ? null : await ctx.keys.accessTokens.verify(token);
  if (typeof claims === 'string' || (claims && !claims.amr.includes(API_KEY_AMR))) return false;
  const params = [ctx.clock.forDatabase(), isSecret ? hashOfApiKey(token) : null, claims?.sid ?? null];
  const revoked = await ctx.em.fork().transactional(async (tx) => {
    const [key] = await sqlIn(tx)<RevokedKey>('revoke-by-token', REVOKE, params);
    if (!key) return null;
    const details = { prefix: key.prefix };
    record(ctx, tx, { action: 'revokeApiKey', subjectId: key.user_id, sessionId: key.id, details });
    return key;
  });
  if (revoked) await ctx.revocations.denySession(revoked.user_id, revoked.id);
  return true;
}

interface RevokedKey {
  id: string;
  user_id: string;
  prefix: string;
}

const REVOKE = `
update api_keys set revoked_at = ${nowIn('$1')}
 where revoked_at is null and (secret_hash = $2::bytea or id = $3::uuid)
returning id, user_id, prefix`;
