import { createHash, createHmac } from 'node:crypto';
import { compareSync, genSaltSync, hashSync } from 'bcryptjs';

/** `$bcrypt-sha256$…` (see bcrypt.ts) of a password of any length; under a new salt unless one is given. */
export function hash({ password, cost, salt: given }: { password: string; cost: number; salt?: string }): string {
  const setting = given ? `$2b$${String(cost).padStart(2, '0')}$${given}` : genSaltSync(cost);
  const salt = setting.slice(-22);
  const digest = hashSync(prehash(password, salt), setting).slice(-31);
  return `$bcrypt-sha256$v=2,t=2b,r=${cost}$${salt}$${digest}`;
}

/** Compares a password with bcrypt's own format; with `prehashed` 1 and 2 the password is hashed first. */
export function verify({ password, hash, prehashed }: { password: string; hash: string; prehashed?: 1 | 2 }): boolean {
  if (!prehashed) return compareSync(password, hash);
  return compareSync(
    prehashed === 1 ? condensed(createHash('sha256'), password) : prehash(password, hash.slice(7, 29)),
    hash,
  );
}

/**
 * 44 characters without a NUL, so that bcrypt sees all of a password longer than its 72 bytes. Keyed with the salt, so that
 * a leaked unsalted SHA-256 of the password cannot be tried in its place ("password shucking").
 */
function prehash(password: string, salt: string): string {
  return condensed(createHmac('sha256', salt), password);
}

function condensed(
  digest: { update(data: string, encoding: 'utf8'): { digest(encoding: 'base64'): string } },
  password: string,
) {
  return digest.update(password, 'utf8').digest('base64');
}
