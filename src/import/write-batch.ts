import type { EntityManager, OptionalProps } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import { Password } from '../passwords/password.entity.js';
import type { Secrets } from '../keys/keys.js';
import type { Clock } from '../platform/clock.js';
import { UserRole } from '../roles/user-role.entity.js';
import { User } from '../users/user.entity.js';
import { conflictsOf } from './conflicts.js';
import { importedBefore, keepExternalIds } from './external-ids.js';
import { identityHolders, isHeld, keepIdentities } from './keep-identities.js';
import { keepTotpSecrets } from './keep-totp-secrets.js';
import { addLateIdentities } from './late-identities.js';
import type { Problem } from './problem.js';
import type { ImportedUser } from './user-line.js';

export interface ImportName {
  /** The import's name in the audit log. */
  key: string;
  /** The system whose external ids these are. */
  source: string;
}

/**
 * Writes users, passwords, roles, authenticator apps, identities, external ids and audit events, a statement for each, in the caller's
 * transaction. Existing accounts are not changed, except for identities that an earlier import left out.
 *
 * @returns the users that were not written, by line
 */
export async function writeBatch(
  { clock, keys }: { clock: Clock; keys: () => Secrets },
  tx: EntityManager,
  read: ImportedUser[],
  { key, source }: ImportName,
): Promise<Map<number, Problem>> {
  const now = clock.now();
  // Imported credentials are not a change of credentials: security event streams are not notified (see their migration).
  await tx.execute(`select set_config('sallyport.importing', 'on', true)`);
  const request = { id: `import-${key.slice(0, 24)}`, ipAddress: null, userAgent: 'users:import' };
  const before = await importedBefore(tx, read, source);
  const known = await addLateIdentities({ clock, request }, tx, { read, known: before, source });
  const others = read.filter(({ line }) => !known.has(line));
  if (others.length === 0) return known;
  const holders = await identityHolders(tx, others);
  const users = others.filter((user) => !isHeld(user, holders));
  // A conflict on any index skips the user, so that a concurrent registration does not fail the batch.
  const inserted =
    users.length > 0
      ? await tx
          .createQueryBuilder(User)
          .insert(users.map((user) => accountOf(user, now)))
          .onConflict()
          .ignore()
          .returning('id')
          .execute<{ id: string }[]>('all')
      : [];
  const written = new Set(inserted.map(({ id }) => id));
  // Written rows are recognised by id, which is unique in the file (duplicates.ts): no line's hash ends up in another account.
  const added = new Set(users.filter(({ id }) => written.has(id)));
  const left = others.filter((user) => !added.has(user));
  const passwords = [...added].flatMap(({ id, hash }) => (hash ? [{ user: id, hash, changedAt: now }] : []));
  const roles = [...added].flatMap(({ id, roles }) => roles.map((role) => ({ user: id, role, grantedAt: now })));
  if (passwords.length > 0) await tx.insertMany(Password, passwords);
  if (roles.length > 0) await tx.insertMany(UserRole, roles);
  await keepTotpSecrets(keys, tx, [...added], now);
  await keepIdentities(
    tx,
    [...added].map((user) => ({ userId: user.id, identities: user.identities })),
    now,
  );
  await keepExternalIds(tx, [...added], { source, now });
  for (const { id, roles, identities } of added) {
    const details = { roles, identities: identities.length };
    record({ clock, request }, tx, { action: 'importUsers', subjectId: id, details });
  }
  return new Map([...known, ...(await conflictsOf(tx, left, { holders, otherwise: 'ID_TAKEN' }))]);
}

/** Lists each property of a user: a new one is a type error here until its value in an import is decided. */
function accountOf(
  { id, email, username, displayName, locale, emailVerified, suspended, createdAt }: ImportedUser,
  now: Date,
): Omit<User, typeof OptionalProps> {
  return {
    id,
    email,
    username,
    displayName,
    avatar: null,
    locale,
    emailVerifiedAt: emailVerified ? createdAt : null,
    suspendedAt: suspended ? now : null,
    suspendedReason: suspended ? 'Was locked out where the account was imported from.' : null,
    version: 1,
    securityStamp: 1,
    lastLoginAt: null,
    createdAt,
    updatedAt: now,
    deletedAt: null,
  };
}
