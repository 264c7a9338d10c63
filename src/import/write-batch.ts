import type { EntityManager, OptionalProps } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import { Password } from '../passwords/password.entity.js';
import type { Keys } from '../keys/keys.js';
import type { Clock } from '../platform/clock.js';
import { UserRole } from '../roles/user-role.entity.js';
import { foldUsername } from '../users/user-fields.js';
import { User } from '../users/user.entity.js';
import { importedBefore, keepExternalIds } from './external-ids.js';
import { keepTotpSecrets } from './keep-totp-secrets.js';
import type { Problem } from './problem.js';
import type { ImportedUser } from './user-line.js';

/** The columns that an import searches users by. */
interface UserTables {
  users: { id: string; email: string; username: string | null; deleted_at: Date | null };
}

export interface ImportName {
  /** The import's name in the audit log. */
  key: string;
  /** The system whose external ids these are. */
  source: string;
}

/**
 * Writes users, passwords, roles, authenticator apps, external ids and audit events, a statement for each, in the caller's transaction. An
 * account that exists already is not changed.
 *
 * @returns the users that were not written, by line
 */
export async function writeBatch(
  { clock, keys }: { clock: Clock; keys: () => Keys },
  tx: EntityManager,
  read: ImportedUser[],
  { key, source }: ImportName,
): Promise<Map<number, Problem>> {
  const known = await importedBefore(tx, read, source);
  const users = read.filter(({ line }) => !known.has(line));
  if (users.length === 0) return known;
  const now = clock.now();
  // A conflict on any index leaves a user out, so that a registration at the same moment does not fail the batch.
  const inserted = await tx
    .createQueryBuilder(User)
    .insert(users.map((user) => accountOf(user, now)))
    .onConflict()
    .ignore()
    .returning('id')
    .execute<{ id: string }[]>('all');
  const written = new Set(inserted.map(({ id }) => id));
  // Written rows are recognised by id, which is unique in the file (duplicates.ts): no line's hash gets into another's account.
  const added = new Set(users.filter(({ id }) => written.has(id)));
  const left = users.filter((user) => !added.has(user));
  const passwords = [...added].flatMap(({ id, hash }) => (hash ? [{ user: id, hash, changedAt: now }] : []));
  const roles = [...added].flatMap(({ id, roles }) => roles.map((role) => ({ user: id, role, grantedAt: now })));
  if (passwords.length > 0) await tx.insertMany(Password, passwords);
  if (roles.length > 0) await tx.insertMany(UserRole, roles);
  await keepTotpSecrets(keys, tx, [...added], now);
  await keepExternalIds(tx, [...added], source);
  const request = { id: `import-${key.slice(0, 24)}`, ipAddress: null, userAgent: 'users:import' };
  for (const { id, roles } of added)
    record({ clock, request }, tx, { action: 'importUsers', subjectId: id, details: { roles } });
  return new Map([...known, ...(await takenIn(tx, left, 'ID_TAKEN'))]);
}

/** The users that the database would refuse, found without writing. */
export async function foreseeConflicts(
  tx: EntityManager,
  users: ImportedUser[],
  source: string,
): Promise<Map<number, Problem>> {
  const known = await importedBefore(tx, users, source);
  const others = users.filter(({ line }) => !known.has(line));
  return new Map([...known, ...(await takenIn(tx, others, null))]);
}

const TAKEN = {
  EMAIL_EXISTS: { field: 'email', message: 'There is an account with this address.' },
  USERNAME_TAKEN: { field: 'username', message: 'There is an account with this username.' },
  ID_TAKEN: { field: 'id', message: 'There is an account with this id.' },
} as const;

async function takenIn(
  tx: EntityManager,
  users: ImportedUser[],
  otherwise: keyof typeof TAKEN | null,
): Promise<Map<number, Problem>> {
  if (users.length === 0) return new Map();
  const sql = tx.getKysely<UserTables>();
  const usernames = users.flatMap(({ username }) => (username ? [foldUsername(username)] : []));
  const live = sql.selectFrom('users').where('deleted_at', 'is', null);
  const emails = await live
    .select('email')
    .where(
      'email',
      'in',
      users.map(({ email }) => email),
    )
    .execute();
  const names =
    usernames.length > 0
      ? await live
          .select('username')
          .where((where) => where(where.fn('lower', ['username']), 'in', usernames))
          .execute()
      : [];
  const ids = await sql
    .selectFrom('users')
    .select('id')
    .where(
      'id',
      'in',
      users.map(({ id }) => id),
    )
    .execute();
  const taken = {
    emails: new Set(emails.map(({ email }) => email)),
    names: new Set(names.map(({ username }) => username && foldUsername(username))),
    ids: new Set(ids.map(({ id }) => id)),
  };
  const reasonOf = ({ id, email, username }: ImportedUser) => {
    if (taken.emails.has(email)) return 'EMAIL_EXISTS';
    if (username && taken.names.has(foldUsername(username))) return 'USERNAME_TAKEN';
    return taken.ids.has(id) ? 'ID_TAKEN' : otherwise;
  };
  const problems = users.flatMap((user): [number, Problem][] => {
    const reason = reasonOf(user);
    return reason ? [[user.line, { reason, ...TAKEN[reason] }]] : [];
  });
  return new Map(problems);
}

/** Each property of a user: a new one is a type error here until its value in an import is decided. */
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
