import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { sameBytes } from '../platform/crypto.js';
import { hashOf, parseRefreshToken } from './refresh-secret.js';

/**
 * The session of a refresh token, ended or not. A used token is enough: it can only end the session here, which its replay
 * would do anyway (refresh.ts). Unknown tokens are refused.
 */
export async function sessionOfToken(
  { sql }: Needs<'sql'>,
  refreshToken: string,
): Promise<{ userId: string; sessionId: string }> {
  const token = parseRefreshToken(refreshToken);
  const [row] = token ? await sql<TokenRow>('session-of-token', SESSION_OF_TOKEN, [token.id]) : [];
  if (!token || !row || !sameBytes(row.secret_hash, hashOf(token)))
    throw new Refusal('REFRESH_TOKEN_INVALID', {
      message: 'The refresh token is unknown: there is no session to end.',
    });
  return { userId: row.user_id, sessionId: row.session_id };
}

interface TokenRow {
  secret_hash: Buffer;
  session_id: string;
  user_id: string;
}

const SESSION_OF_TOKEN = `
select rt.secret_hash, rt.session_id, s.user_id
  from refresh_tokens rt join sessions s on s.id = rt.session_id
 where rt.id = $1::uuid`;
