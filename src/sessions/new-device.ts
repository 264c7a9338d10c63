import type { Needs } from '../context.js';
import type { Sql } from '../platform/database.js';
import { networkOf } from '../platform/network-of.js';
import type { User } from '../users/user.entity.js';

/**
 * Whether to notify the owner of a sign-in on a new device (OWASP ASVS 6.3.5). The very first sign-in does not count. Clients without
 * cookies are recognised by user agent and network.
 */
export async function isNewDevice(
  { request }: Needs<'request'>,
  sql: Sql,
  { id, lastLoginAt }: Pick<User, 'id' | 'lastLoginAt'>,
): Promise<boolean> {
  if (!lastLoginAt) return false;
  const earlier = await sql<{ ip_address: string | null }>('devices-seen', SEEN, [id, request.userAgent]);
  const network = networkOf(request.ipAddress);
  return !earlier.some(({ ip_address }) => ip_address !== null && networkOf(ip_address) === network);
}

/** The addresses of the user's latest sessions with that user agent; both arguments are SQL. */
export const addressesSeen = (userId: string, userAgent: string) => `
select ip_address from (
  select ip_address from sessions
   where user_id = ${userId} and user_agent is not distinct from ${userAgent}
   order by created_at desc limit 50) as latest`;

const SEEN = addressesSeen('$1::uuid', '$2::varchar');
