import type { SecretNeeds } from '../../keys/keys.js';
import { decrypt, encrypt } from '../../platform/crypto.js';

/** Whose secret it is. */
interface SecretOf {
  userId: string;
  factorId: string;
}

/** Base32 → as it is stored. With the user and the factor as associated data: a row that is copied to another user is worth nothing. */
export function encryptSecret({ keys }: SecretNeeds, of: SecretOf, secret: string): string {
  return encrypt(keys.secretFor('totp'), secret, associated(of));
}

/** Throws where it was encrypted with another key, or for another factor. */
export function decryptSecret({ keys }: SecretNeeds, of: SecretOf, encrypted: string): string {
  return decrypt(keys.secretFor('totp'), encrypted, associated(of));
}

function associated({ userId, factorId }: SecretOf): string {
  return `${userId}/${factorId}`;
}
