import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';
import { parseRefreshToken } from './refresh-secret.js';

/**
 * Whether a refresh token was issued before cookies had the prefix `__Host-`. A sibling host can plant a cookie of the former
 * name with a token of the attacker's account, so that the victim acts in it. Tokens issued since come under the new name only, and cookies
 * under the former name have expired SESSION_IDLE_LIFETIME after the last one was set: from then on none is accepted. Otherwise the
 * attacker could keep a token from before the upgrade alive, since lost answers are repaired.
 */
export async function isFormerCookie(
  { sql, clock, config }: Needs<'sql' | 'clock' | 'config'>,
  refreshToken: string,
): Promise<boolean> {
  const token = parseRefreshToken(refreshToken);
  const params = [token?.id, clock.forDatabase(), config.sessionIdleLifetime];
  const rows = token ? await sql('former-cookie', ISSUED_BEFORE, params) : [];
  return rows.length > 0;
}

// The hour is for a rolling deployment: the previous version still serves for a while after the migration has run.
const ISSUED_BEFORE = `
select 1 from refresh_tokens rt join mikro_orm_migrations m on m.name = '20261128173500_host-cookies'
 where rt.id = $1::uuid and rt.created_at < m.executed_at + interval '1 hour'
   and ${nowIn('$2')} < m.executed_at + interval '1 hour' + $3::float8 * interval '1 millisecond'`;
