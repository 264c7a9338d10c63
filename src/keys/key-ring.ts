import type { SigningKey, VerificationKey } from './verification-key.js';

/** The keys of access tokens, as they are at the moment of each call. */
export interface KeyRing {
  signing(): SigningKey;
  /** The key of this kid, if tokens that it signed are trusted. */
  trusted(kid: string): VerificationKey | undefined;
  published(): VerificationKey[];
  /** Looks for a key of this kid where another process may have made it since the keys were last read. */
  lookFor(kid: string): Promise<void>;
  /** Reads the keys again. */
  read(): Promise<void>;
  close(): Promise<void>;
}

/** Keys that stay as they are while the process lives. */
export function fixedKeyRing(signing: SigningKey, others: VerificationKey[]): KeyRing {
  const keys = new Map([signing, ...others].map((key) => [key.kid, key]));
  const nothingNew = async () => {};
  return {
    signing: () => signing,
    trusted: (kid) => keys.get(kid),
    published: () => [...keys.values()],
    lookFor: nothingNew,
    read: nothingNew,
    close: nothingNew,
  };
}
