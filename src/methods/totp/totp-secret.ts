import type { SecretNeeds } from '../../keys/keys.js';
import { decrypt, decryptWithAny, encrypt } from '../../platform/crypto.js';

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
  return decryptWithAny(keys.secretsFor('totp'), encrypted, associated(of));
}

/** As it is to be stored from now on, where SERVER_SECRET was replaced since it was encrypted; null where it need not change. */
export function encryptedAnew({ keys }: SecretNeeds, of: SecretOf, encrypted: string, secret: string): string | null {
  try {
    decrypt(keys.secretFor('totp'), encrypted, associated(of));
    return null;
  } catch {
    return encryptSecret({ keys }, of, secret);
  }
}

function associated({ userId, factorId }: SecretOf): string {
  return `${userId}/${factorId}`;
}
