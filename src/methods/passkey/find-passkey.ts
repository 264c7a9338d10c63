import type { MethodNeeds } from '../method.js';
import { assertionJson, idOf } from './credential-json.js';

/** A passkey as a sign-in reads it, with the user handle of its authenticator. */
export interface FoundPasskey {
  id: string;
  userId: string;
  handle: Buffer;
  publicKey: Uint8Array<ArrayBuffer>;
  signCount: number;
  backupEligible: boolean;
}

/** Finds it by the id of the credential; null if no user has it under the RP ID. */
export async function findPasskey(
  { sql, config }: Pick<MethodNeeds, 'sql' | 'config'>,
  given: unknown,
): Promise<FoundPasskey | null> {
  const { data: credential } = assertionJson.safeParse(given);
  if (!credential) return null;
  const [row] = await sql<FoundPasskey>('passkey', FIND, [idOf(credential), config.passkeyRpId]);
  return row ? { ...row, handle: Buffer.from(row.handle), publicKey: Uint8Array.from(row.publicKey) } : null;
}

const FIND = `
select k.id, k.user_id as "userId", h.handle, k.public_key as "publicKey", k.sign_count::float8 as "signCount",
       k.backup_eligible as "backupEligible"
  from passkeys k
  join passkey_handles h on h.user_id = k.user_id
  join users u on u.id = k.user_id and u.deleted_at is null
 where k.raw_id = $1::bytea and k.rp_id = $2::varchar`;
