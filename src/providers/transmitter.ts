import { createDocuments, type Documents, readJson } from './open-id-documents.js';
import type { ProviderNeeds } from './provider-engine.js';
import { ProviderError } from './provider.js';

export interface TransmitterMetadata {
  issuer: string;
  jwks_uri?: unknown;
  /** It is of the RISC drafts, as Google's: its tokens need not say what they are. */
  legacy: boolean;
}

/** What a transmitter of security events publishes (Shared Signals Framework 1.0 §7), read at the first event. */
export function createTransmitterDocuments(issuer: string, needs: ProviderNeeds): Documents<TransmitterMetadata> {
  const { origin, pathname } = new URL(issuer);
  const addressOf = (name: string) => `${origin}/.well-known/${name}${pathname.replace(/\/$/, '')}`;
  return createDocuments(needs, async () => {
    const found = await readJson(addressOf('ssf-configuration'), needs).catch((error: unknown) => {
      if (error instanceof ProviderError && error.reason === 'unavailable') throw error;
      return readJson(addressOf('risc-configuration'), needs);
    });
    const { issuer: named, jwks_uri, spec_version: version } = found;
    // Another one's metadata would have its events taken for those of this one.
    if (typeof named !== 'string' || !isSameIssuer(named, issuer))
      throw new ProviderError('failed', `its metadata name another issuer than ${issuer}`);
    return { issuer: named, jwks_uri, legacy: version === undefined };
  });
}

/** Google writes the slash at the end in its tokens, and not in its metadata. */
export function isSameIssuer(one: string, other: string): boolean {
  return one.replace(/\/$/, '') === other.replace(/\/$/, '');
}
