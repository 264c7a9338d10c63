import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';
import { sha256 } from '../platform/crypto.js';
import type { Sql } from '../platform/database.js';
import { newId } from '../platform/ids.js';

interface DeviceOfUser {
  userId: string;
  /** The id in the device cookie. */
  device: string;
}

/** Lets the user skip the second factor on this device for TRUSTED_DEVICE_LIFETIME. In the transaction that verified it. */
export async function trustDevice(
  { config, clock }: Needs<'config' | 'clock'>,
  sql: Sql,
  { userId, device }: DeviceOfUser,
): Promise<void> {
  await sql('trust-device', TRUST, [
    newId(),
    userId,
    sha256(device),
    clock.forDatabase(),
    config.trustedDeviceLifetime,
  ]);
}

/**
 * Whether the user may skip the second factor on this device. What ends all sessions deletes the row, and what changes how the user signs
 * in, or what they may do, raises the security stamp.
 */
export async function isTrustedDevice(
  { config, clock }: Needs<'config' | 'clock'>,
  sql: Sql,
  { userId, device }: DeviceOfUser,
): Promise<boolean> {
  if (config.trustedDeviceLifetime === 0) return false;
  const rows = await sql('trusted-device', TRUSTED, [userId, sha256(device), clock.forDatabase()]);
  return rows.length > 0;
}

/** For statements that end all sessions of a user. */
export const DISTRUST_DEVICES = (userId: string) => `delete from trusted_devices where user_id = ${userId}`;

// Triggers may have raised the stamp in this transaction.
const TRUST = `
insert into trusted_devices (id, user_id, device_hash, security_stamp, expires_at)
select $1::uuid, u.id, $3::bytea, u.security_stamp, ${nowIn('$4')} + $5::float8 * interval '1 millisecond'
  from users u where u.id = $2::uuid
    on conflict (user_id, device_hash) do update
   set security_stamp = excluded.security_stamp, expires_at = excluded.expires_at`;

const TRUSTED = `
select from trusted_devices d join users u on u.id = d.user_id and u.security_stamp = d.security_stamp
 where d.user_id = $1::uuid and d.device_hash = $2::bytea and d.expires_at > ${nowIn('$3')}`;
