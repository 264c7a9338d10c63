import type { Needs } from '../context.js';
import { decryptWithAny, encrypt } from '../platform/crypto.js';
import type { ProviderTokens } from '../providers/provider.js';

/** The encrypted parts of an attempt. */
type Part = 'outward' | 'form' | 'profile';

/** With the attempt and the part as associated data: a text that is copied to another row or column cannot be decrypted. */
export function seal({ keys }: Needs<'keys'>, attemptId: string, part: Part, value: object): string {
  return encrypt(keys.secretFor('provider-attempt'), JSON.stringify(value), `${attemptId}/${part}`);
}

/** Throws if it was encrypted with another key, or for another attempt. */
export function unseal<Value>({ keys }: Needs<'keys'>, attemptId: string, part: Part, sealed: string): Value {
  return JSON.parse(decryptWithAny(keys.secretsFor('provider-attempt'), sealed, `${attemptId}/${part}`)) as Value;
}

/** Encrypts the provider's tokens for their user and identity. */
export function sealTokens(
  { keys }: Needs<'keys'>,
  { userId, identityId }: { userId: string; identityId: string },
  tokens: ProviderTokens | null,
): string | null {
  return tokens && encrypt(keys.secretFor('provider-tokens'), JSON.stringify(tokens), `${userId}/${identityId}`);
}
