import type { EntityManager } from '@mikro-orm/postgresql';
import type { Secrets } from '../keys/keys.js';
import { TotpFactor, TOTP_NAME } from '../methods/totp/totp-factor.entity.js';
import { totpSecret } from '../methods/totp/totp-secret.js';
import { newId } from '../platform/ids.js';
import type { ImportedUser } from './user-line.js';

/** Enrols the users' authenticator apps: their sign-ins ask for the second factor as before. None of their codes has been used here yet. */
export async function keepTotpSecrets(
  keys: () => Secrets,
  tx: EntityManager,
  users: ImportedUser[],
  createdAt: Date,
): Promise<void> {
  const factors = users.flatMap(({ id: userId, totpSecrets }) =>
    totpSecrets.map(({ secret, name }) => {
      const id = newId();
      const encrypted = totpSecret.seal({ keys: keys() }, { userId, factorId: id }, secret);
      return { id, user: userId, name: name ?? TOTP_NAME, secret: encrypted, lastStep: 0, createdAt };
    }),
  );
  if (factors.length > 0) await tx.insertMany(TotpFactor, factors);
}
