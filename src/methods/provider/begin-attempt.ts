import type { Needs } from '../../context.js';
import { Refusal } from '../../errors.js';
import { isRedirectAllowed } from '../../config/redirect-uris.js';
import { seal } from '../../identities/sealed.js';
import { millisecondsIn, nowIn } from '../../platform/clock.js';
import { randomToken, sha256 } from '../../platform/crypto.js';
import type { Sql } from '../../platform/database.js';
import { newId } from '../../platform/ids.js';
import type { Attempt } from '../../providers/provider.js';
import type { StartProviderSignInInput } from './provider.input.js';

/** How long a user may take at the provider, in milliseconds. */
export const LIFETIME = 600_000;

/** What is sent to the provider, and compared with what comes back. */
export type Outward = Omit<Attempt, 'callbackUrl'>;

export interface Begun {
  id: string;
  outward: Outward;
  expiresAt: Date;
}

interface Beginning {
  input: StartProviderSignInInput;
  /** The token of our start address; or the browser, if a plain link began it. */
  by: { token: string } | { browser: string };
  /** The user who links an identity. Null for a sign-in. */
  linker?: { userId: string; sessionId: string; securityStamp: number } | null;
}

/** Stores a new attempt, after validating where it ends. */
export async function beginAttempt(
  { clock, config, keys, providers }: Needs<'clock' | 'config' | 'keys' | 'providers'>,
  sql: Sql,
  { input, by, linker = null }: Beginning,
): Promise<Begun> {
  const { provider, redirectUri, codeChallenge, state } = input;
  if (!providers.named(provider)) throw new Refusal('NOT_FOUND', { field: 'input.provider' });
  if (!isRedirectAllowed(config.redirectUris, redirectUri))
    throw new Refusal('REDIRECT_URI_NOT_ALLOWED', { field: 'input.redirectUri' });
  const id = newId();
  const outward = { state: randomToken(), nonce: randomToken(), codeVerifier: randomToken() };
  const [row] = await sql<{ expires: number }>('begin-attempt', INSERT, [
    id,
    provider,
    redirectUri,
    state ?? null,
    codeChallenge,
    'token' in by ? sha256(by.token) : null,
    sha256(outward.state),
    seal({ keys }, id, 'outward', outward),
    'browser' in by ? sha256(by.browser) : null,
    linker?.userId ?? null,
    linker?.sessionId ?? null,
    linker?.securityStamp ?? null,
    clock.forDatabase(),
    LIFETIME,
  ]);
  if (!row) throw new Error('the attempt was not kept');
  return { id, outward, expiresAt: new Date(row.expires) };
}

const NOW = nowIn('$13');

const INSERT = `
insert into provider_attempts (id, provider, redirect_uri, client_state, code_challenge, token_hash, state_hash, outward,
                               browser_hash, user_id, session_id, security_stamp, created_at, expires_at)
values ($1::uuid, $2::varchar, $3::text, $4::text, $5::varchar, $6::bytea, $7::bytea, $8::text, $9::bytea, $10::uuid, $11::uuid,
        $12::int, ${NOW}, ${NOW} + $14::float8 * interval '1 millisecond')
returning ${millisecondsIn('$13')} + $14::float8 as expires`;
