import { createDocuments, type Documents, readJson } from './open-id-documents.js';
import type { ProviderNeeds } from './provider-engine.js';
import { ProviderError } from './provider.js';

export interface TransmitterMetadata {
  issuer: string;
  jwks_uri?: unknown;
  /** It implements the RISC drafts, as Google's does: its tokens need no `typ`. */
  legacy: boolean;
}

/** The documents of a transmitter of security events (Shared Signals Framework 1.0 §7), read at the first event. */
export function createTransmitterDocuments(issuer: string, needs: ProviderNeeds): Documents<TransmitterMetadata> {
  const { origin, pathname } = new URL(issuer);
  const addressOf = (name: string) => `${origin}/.well-known/${name}${pathname.replace(/\/$/, '')}`;
  return createDocuments(needs, async () => {
    const found = await readJson(addressOf('ssf-configuration'), needs).catch((error: unknown) => {
      if (error instanceof ProviderError && error.reason === 'unavailable') throw error;
      return readJson(addressOf('risc-configuration'), needs);
    });
    const { issuer: named, jwks_uri, spec_version: version } = found;
    // With another transmitter's metadata, its events would be taken for those of this one.
    if (typeof named !== 'string' || !isSameIssuer(named, issuer))
      throw new ProviderError('failed', `its metadata name another issuer than ${issuer}`);
    return { issuer: named, jwks_uri, legacy: version === undefined };
  });
}

/** Google has a trailing slash in its tokens, but not in its metadata. */
export function isSameIssuer(one: string, other: string): boolean {
  return one.replace(/\/$/, '') === other.replace(/\/$/, '');
}
