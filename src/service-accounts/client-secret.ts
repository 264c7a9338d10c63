import { sha256 } from '../platform/crypto.js';
import { markedSecrets } from '../platform/marked-secret.js';

export const clientSecrets = markedSecrets('sp_client_');

export function hashOfClientSecret(secret: string): Buffer {
  return sha256(secret);
}
