import type { ExportedFields } from './lock.js';

/** `salt:key` of Better Auth's own hasher. The salt is the hex digits themselves, not the bytes they stand for. */
const SCRYPT = /^([0-9a-f]{32}):([0-9a-f]{128})$/;

/** The hash in the account `credential`. An application may have a hasher of its own, such as bcrypt: it is judged as it is. */
export function betterAuthHash(accounts: readonly ExportedFields[]): unknown {
  const password = accounts.find(({ providerId }) => providerId === 'credential')?.password ?? undefined;
  const [, salt, hash] = typeof password === 'string' ? (SCRYPT.exec(password) ?? []) : [];
  if (!salt) return password;
  return { algorithm: 'scrypt', n: 16_384, r: 16, p: 1, salt, saltEncoding: 'utf8', hash, encoding: 'hex' };
}
