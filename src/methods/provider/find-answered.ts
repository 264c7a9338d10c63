import type { EntityManager } from '@mikro-orm/postgresql';
import { UNCHANGED } from '../../challenges/consume-challenge.js';
import type { Needs } from '../../context.js';
import { Refusal } from '../../errors.js';
import { unseal } from '../../identities/sealed.js';
import type { ProviderAnswer } from '../../identities/add-identity.js';
import { nowIn } from '../../platform/clock.js';
import { sha256 } from '../../platform/crypto.js';
import { sqlIn } from '../../platform/database.js';
import type { ProviderProfile } from '../../providers/provider.js';
import type { CompleteProviderSignInInput } from './provider.input.js';

/** An attempt whose profile the application may have. */
export interface AnsweredAttempt extends ProviderAnswer {
  id: string;
  /** The user who links. Null for a sign-in. */
  linker: { userId: string; sessionId: string } | null;
}

/**
 * Finds it by the code and the PKCE verifier together (RFC 7636 §4.6). A thief of the code alone learns nothing and consumes nothing: the
 * code still works for the client that started.
 */
export async function findAnswered(
  ctx: Needs<'sql' | 'clock' | 'keys'>,
  { code, codeVerifier }: CompleteProviderSignInInput,
): Promise<AnsweredAttempt> {
  const challenge = sha256(codeVerifier).toString('base64url');
  const [row] = await ctx.sql<Row>('answered-attempt', FIND, [sha256(code), challenge, ctx.clock.forDatabase()]);
  if (!row) throw unknownCode();
  const { id, provider, userId, sessionId } = row;
  const linker = userId && sessionId ? { userId, sessionId } : null;
  return { id, provider, profile: unseal<ProviderProfile>(ctx, id, 'profile', row.profile), linker };
}

/**
 * Consumes the code, in the transaction that acts upon it: of any number of concurrent exchanges, one succeeds. A link whose user has
 * changed since it began is refused, as `consume` refuses a challenge. The profile stays until the session begins, with which the identity
 * is linked or used.
 */
export async function useUp({ clock }: Needs<'clock'>, tx: EntityManager, { id }: AnsweredAttempt): Promise<void> {
  const [used] = await sqlIn(tx)<{ id: string }>('use-up-attempt', USE_UP, [id, clock.forDatabase()]);
  if (!used) throw unknownCode();
}

function unknownCode(): Refusal {
  return new Refusal('CHALLENGE_EXPIRED', {
    message: 'The code is unknown, has expired or was already used, or the verifier does not match it. Start again.',
  });
}

interface Row {
  id: string;
  provider: string;
  profile: string;
  userId: string | null;
  sessionId: string | null;
}

const FIND = `
select id, provider, profile, user_id as "userId", session_id as "sessionId"
  from provider_attempts
 where code_hash = $1::bytea and code_challenge = $2::varchar and completed_at is null and profile is not null
   and code_expires_at > ${nowIn('$3')}`;

const USE_UP = `
update provider_attempts c set completed_at = ${nowIn('$2')}
 where c.id = $1::uuid and c.completed_at is null and c.code_expires_at > ${nowIn('$2')} and ${UNCHANGED}
returning c.id`;
