import type { SecretNeeds } from '../keys/keys.js';
import { sealedValues } from '../keys/sealed-values.js';
import type { ProviderTokens } from '../providers/provider.js';

/** The encrypted parts of an attempt. */
type Part = 'outward' | 'form' | 'profile';

const parts = sealedValues('provider-attempt', (of: { id: string; part: Part }) => `${of.id}/${of.part}`);

export function seal(ctx: SecretNeeds, attemptId: string, part: Part, value: object): string {
  return parts.seal(ctx, { id: attemptId, part }, JSON.stringify(value));
}

/** Throws if it was encrypted with another key, or for another attempt or part. */
export function unseal<Value>(ctx: SecretNeeds, attemptId: string, part: Part, sealed: string): Value {
  return JSON.parse(parts.unseal(ctx, { id: attemptId, part }, sealed)) as Value;
}

type Kept = Record<'userId' | 'identityId', string>;
const kept = sealedValues('provider-tokens', (of: Kept) => `${of.userId}/${of.identityId}`);

/** Encrypts the provider's tokens for their user and identity. */
export function sealTokens(ctx: SecretNeeds, of: Kept, tokens: ProviderTokens | null): string | null {
  return tokens && kept.seal(ctx, of, JSON.stringify(tokens));
}
