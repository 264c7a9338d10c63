import { sha256 } from '../platform/crypto.js';
import { markedSecrets } from '../platform/marked-secret.js';

export const apiKeySecrets = markedSecrets('sp_live_');

/** 190 bits cannot be guessed: a slow hash would protect nothing. */
export function hashOfApiKey(secret: string): Buffer {
  return sha256(secret);
}
