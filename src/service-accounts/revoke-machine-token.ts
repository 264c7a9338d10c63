import { record } from '../audit/record.js';
import type { Needs, Transaction } from '../context.js';
import { type AccessTokenClaims, isOfMachine } from '../keys/access-token.js';
import { sqlIn } from '../platform/database.js';
import { clientSecrets, hashOfClientSecret } from './client-secret.js';

type RevokeNeeds = Needs<Transaction | 'keys' | 'revocations'>;

/**
 * Revokes a client secret or, given an access token of a service account, all its tokens. No other credentials are needed: anyone who finds
 * one in a repository or a log can revoke it. With a token, the service account loses no credentials, and can get new tokens.
 * @returns whether it was one of these
 */
export async function revokeMachineToken(ctx: RevokeNeeds, token: string): Promise<boolean> {
  if (clientSecrets.recognises(token)) {
    await revokeSecret(ctx, hashOfClientSecret(token));
    return true;
  }
  const claims = await ctx.keys.accessTokens.verify(token);
  if (typeof claims === 'string' || !isOfMachine(claims)) return false;
  await endTokens(ctx, claims);
  return true;
}

async function revokeSecret(ctx: RevokeNeeds, hash: Buffer): Promise<void> {
  const revoked = await ctx.em.fork().transactional(async (tx) => {
    const [secret] = await sqlIn(tx)<RevokedSecret>('revoke-client-secret', REVOKE, [hash]);
    if (!secret) return null;
    const { clientId, prefix } = secret;
    record(ctx, tx, { action: 'revokeServiceAccountSecret', subjectId: clientId, details: { clientId, prefix } });
    return secret;
  });
  if (revoked) await ctx.revocations.denySession(revoked.clientId, revoked.id);
}

async function endTokens(ctx: RevokeNeeds, { sub, sid, ver }: AccessTokenClaims): Promise<void> {
  const version = await ctx.em.fork().transactional(async (tx) => {
    const [ended] = await sqlIn(tx)<{ version: number }>('end-machine-tokens', END, [sub, ver[0], sid]);
    if (ended) record(ctx, tx, { action: 'revokeToken', subjectId: sub, sessionId: sid });
    return ended?.version;
  });
  if (version !== undefined) await ctx.revocations.denyUser(sub, version);
}

interface RevokedSecret {
  id: string;
  clientId: string;
  prefix: string;
}

const REVOKE = `
delete from service_account_secrets where secret_hash = $1::bytea
returning id, service_account_id as "clientId", prefix`;

// Only with a valid token: an expired or revoked one must not end later ones.
const END = `
update service_accounts a set version = version + 1
 where a.id = $1::uuid and a.version = $2::int and a.deleted_at is null
   and (a.id = $3::uuid or exists (select from service_account_secrets s where s.id = $3::uuid and s.service_account_id = a.id))
returning version`;
