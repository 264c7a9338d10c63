import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { sameBytes } from '../platform/crypto.js';
import type { Sql } from '../platform/database.js';
import { hashOf, parseRefreshToken, type RefreshSecret } from './refresh-secret.js';
import { HAS_ROOM, windowOf } from './rotate.js';

/**
 * The session of a refresh token, ended or not. A used token is enough, since it can only end the session here, which its replay would do
 * anyway (refresh.ts). Unknown tokens are refused.
 */
export async function sessionOfToken(
  { sql }: Needs<'sql'>,
  refreshToken: string,
): Promise<{ userId: string; sessionId: string }> {
  const token = parseRefreshToken(refreshToken);
  const row = token && (await readRow(sql, token));
  if (!row)
    throw new Refusal('REFRESH_TOKEN_INVALID', {
      message: 'The refresh token is unknown: there is no session to end.',
    });
  return { userId: row.user_id, sessionId: row.session_id };
}

/** The holder of a refresh token, spent or not, for checks before it is exchanged. Null for an unknown one, and past the limit of its session. */
export async function holderOf(
  ctx: Needs<'sql' | 'clock' | 'config'>,
  token: RefreshSecret,
): Promise<{ sub: string; sid: string; amr: string[] } | null> {
  const [row] = await ctx.sql<TokenRow>('holder-of-token', HOLDER_OF_TOKEN, [...windowOf(ctx), token.id]);
  return row && isOf(row, token) ? { sub: row.user_id, sid: row.session_id, amr: row.amr } : null;
}

async function readRow(sql: Sql, token: RefreshSecret): Promise<TokenRow | null> {
  const [row] = await sql<TokenRow>('session-of-token', SESSION_OF_TOKEN, [token.id]);
  return row && isOf(row, token) ? row : null;
}

function isOf(row: TokenRow, token: RefreshSecret): boolean {
  return sameBytes(row.secret_hash, hashOf(token));
}

interface TokenRow {
  secret_hash: Buffer;
  session_id: string;
  user_id: string;
  amr: string[];
}

const TOKEN = `
select rt.secret_hash, rt.session_id, s.user_id, s.amr
  from refresh_tokens rt join sessions s on s.id = rt.session_id`;
const SESSION_OF_TOKEN = `${TOKEN} where rt.id = $1::uuid`;
const HOLDER_OF_TOKEN = `${TOKEN} where rt.id = $4::uuid and ${HAS_ROOM}`;
