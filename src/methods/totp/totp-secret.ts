import type { SecretNeeds } from '../../keys/keys.js';
import { decrypt, decryptWithAny, encrypt } from '../../platform/crypto.js';

/** Whose secret it is. */
interface SecretOf {
  userId: string;
  factorId: string;
}

/** Encrypts a base32 secret for storage, with the user and the factor as associated data: a row that is copied to another user is useless. */
export function encryptSecret({ keys }: SecretNeeds, of: SecretOf, secret: string): string {
  return encrypt(keys.secretFor('totp'), secret, associated(of));
}

/** Throws if it was encrypted with another key, or for another factor. */
export function decryptSecret({ keys }: SecretNeeds, of: SecretOf, encrypted: string): string {
  return decryptWithAny(keys.secretsFor('totp'), encrypted, associated(of));
}

/** Encrypts it again if SERVER_SECRET was replaced since; null if it need not change. */
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
