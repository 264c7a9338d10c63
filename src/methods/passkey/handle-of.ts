import { randomBytes } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { sqlIn } from '../../platform/database.js';

/** The user handle for authenticators, created when first needed. The caller has locked the user. */
export async function handleOf(tx: EntityManager, userId: string): Promise<Buffer> {
  const [row] = await sqlIn(tx)<{ handle: Uint8Array }>('passkey-handle', MAKE, [userId, randomBytes(32)]);
  if (!row) throw new Error('the user was not locked');
  return Buffer.from(row.handle);
}

const MAKE = `
with made as (
  insert into passkey_handles (user_id, handle) values ($1::uuid, $2::bytea) on conflict (user_id) do nothing returning handle
)
select handle from made union all select handle from passkey_handles where user_id = $1::uuid`;
