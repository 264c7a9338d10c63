import { z } from 'zod';
import { displayNameField } from '../users/user-fields.js';
import type { Problem } from './problem.js';

/** The secret of an authenticator app, which keeps working. */
export interface ImportedTotp {
  /** Base32. */
  secret: string;
  name: string | null;
}

const MAX_APPS = 5;

/** The parameters that confirmTotp would enrol: SHA-1, six digits, 30 seconds. 16 bytes at least (RFC 4226 §4). */
const secretField = z.object({
  secret: z
    .string()
    .transform((text) => text.replaceAll(/[\s=-]/g, '').toUpperCase())
    .pipe(z.string().regex(/^[A-Z2-7]{26,128}$/)),
  algorithm: z.literal('SHA1').nullish(),
  digits: z.literal(6).nullish(),
  period: z.literal(30).nullish(),
  name: displayNameField.nullish().catch(null),
});

/** The secrets that can be read. Each other one causes a warning: the user has one factor less than before. */
export function readTotpSecrets(given: readonly unknown[]): { totpSecrets: ImportedTotp[]; warnings: Problem[] } {
  const totpSecrets: ImportedTotp[] = [];
  const warnings: Problem[] = [];
  for (const [index, one] of given.entries()) {
    const read = secretField.safeParse(one);
    const message = read.success ? TOO_MANY : NOT_READ;
    if (read.success && totpSecrets.length < MAX_APPS) {
      totpSecrets.push({ secret: read.data.secret, name: read.data.name ?? null });
    } else warnings.push({ reason: 'LEFT_OUT', field: `totpSecrets.${index}`, message });
  }
  return { totpSecrets, warnings };
}

const TOO_MANY = `A user has at most ${MAX_APPS} authenticator apps.`;
const NOT_READ =
  'The authenticator app is left out. Its secret is written in Base32 and has 16 bytes at least; its codes are of SHA-1, six digits and 30 seconds.';
