import type { Needs } from '../context.js';
import { newId } from '../platform/ids.js';
import { knownDevice } from './device-cookie.js';

/** The operations with which anyone can have a code sent to an address. */
type Asking = 'requestPasswordReset' | 'requestSignInCode';

/**
 * Counts the request. Since strangers can use up the codes of an address, a device on which the owner has signed in has its own limit.
 * Returns true for such a device. The result and its time are the same whether or not the address is known.
 */
export async function askAsOwner(
  ctx: Needs<'sql' | 'keys' | 'request' | 'limits'>,
  operation: Asking,
  email: string,
): Promise<boolean> {
  const { limits, request } = ctx;
  await limits.consume(`${operation}.address`, request.ipAddress);
  const device = request.deviceCookie ? await deviceOfOwner(ctx, email) : null;
  if (device) {
    await limits.consume(`${operation}.device`, device);
    return true;
  }
  await limits.consume(`${operation}.account`, email);
  await limits.consume('mail.recipient', email);
  return false;
}

/** The same work whether or not the address is known: with a forged cookie, the time must not reveal it. */
async function deviceOfOwner(ctx: Needs<'sql' | 'keys' | 'request'>, email: string): Promise<string | null> {
  const [row] = await ctx.sql<OwnerRow>('owner-of-address', OWNER, [email]);
  const device = knownDevice(ctx, { userId: row?.id ?? newId(), passwordSince: row?.changed_at ?? null });
  return row?.id && device ? `${row.id}:${device}` : null;
}

interface OwnerRow {
  id: string | null;
  changed_at: Date | null;
}

/** Returns one row for an unknown address too. */
const OWNER = `
select u.id, p.changed_at
  from (select $1::varchar as email) asked
  left join users u on u.email = asked.email and u.deleted_at is null
  left join passwords p on p.user_id = u.id`;
