import type { SigningKey, VerificationKey } from './verification-key.js';

/** The keys of access tokens, current at each call. */
export interface KeyRing {
  signing(): SigningKey;
  /** The key of this kid, if tokens that it signed are trusted. */
  trusted(kid: string): VerificationKey | undefined;
  published(): VerificationKey[];
  /** Reads the keys again if another process may have created a key of this kid since the last time. */
  lookFor(kid: string): Promise<void>;
  /** Reads the keys again. */
  read(): Promise<void>;
  close(): Promise<void>;
}

/** Keys that do not change while the process lives. */
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
