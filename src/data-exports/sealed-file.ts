import type { Needs } from '../context.js';
import { decryptBytesWithAny, encryptBytes } from '../platform/crypto.js';

interface Owned {
  id: string;
  userId: string;
}

/** The key in the storage. It exists only as long as a row has this id and is ready: see delete-data-export.ts. */
export function fileOf(id: string): string {
  return `exports/${id}.bin`;
}

/** Encrypted for this user and this export: a file that was put in another's place cannot be decrypted. */
export function seal({ keys }: Needs<'keys'>, { id, userId }: Owned, bytes: Buffer): Buffer {
  return encryptBytes(keys.secretFor('data-export'), bytes, `${id} ${userId}`);
}

export function unseal({ keys }: Needs<'keys'>, { id, userId }: Owned, sealed: Buffer): Buffer {
  return decryptBytesWithAny(keys.secretsFor('data-export'), sealed, `${id} ${userId}`);
}
