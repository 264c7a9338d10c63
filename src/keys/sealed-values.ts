import { decryptBytesWithAny, decryptWithAny, encrypt, encryptBytes } from '../platform/crypto.js';
import type { SecretNeeds } from './keys.js';

/**
 * How values of one purpose are encrypted for storage. `owner` is the associated data: a value that is copied to another row cannot be
 * decrypted there. Stored values depend on both (test/keys/sealed-values.test.ts). `unseal` throws if the value was encrypted with another
 * key, or for another owner.
 */
export function sealedValues<Of>(purpose: string, owner: (of: Of) => string) {
  const sealing = {
    seal: ({ keys }: SecretNeeds, of: Of, text: string) => encrypt(keys.secretFor(purpose), text, owner(of)),
    unseal: ({ keys }: SecretNeeds, of: Of, sealed: string) =>
      decryptWithAny(keys.secretsFor(purpose), sealed, owner(of)),
    sealBytes: ({ keys }: SecretNeeds, of: Of, bytes: Buffer) =>
      encryptBytes(keys.secretFor(purpose), bytes, owner(of)),
    unsealBytes: ({ keys }: SecretNeeds, of: Of, sealed: Buffer) =>
      decryptBytesWithAny(keys.secretsFor(purpose), sealed, owner(of)),
    /** Encrypts it again if SERVER_SECRET was replaced since; null if it need not change. */
    sealedAnew(ctx: SecretNeeds, of: Of, sealed: string, text: string): string | null {
      try {
        decryptWithAny([ctx.keys.secretFor(purpose)], sealed, owner(of));
        return null;
      } catch {
        return sealing.seal(ctx, of, text);
      }
    },
  };
  return sealing;
}
