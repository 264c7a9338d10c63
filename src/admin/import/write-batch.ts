import type { EntityManager } from '@mikro-orm/postgresql';
import { record } from '../../audit/record.js';
import type { Clock } from '../../platform/clock.js';
import { freeUsernames } from '../../users/free-usernames.js';
import type { Problem } from './problem.js';
import type { ImportedUser } from './user-line.js';

/** The columns an import writes. */
interface Tables {
  users: ReturnType<typeof userRow>;
  passwords: { user_id: string; hash: string; changed_at: Date };
  user_roles: { user_id: string; role_name: string; granted_at: Date };
}

/**
 * Writes users, passwords, roles and audit events, a statement for each, in the caller's transaction. Nobody who is there already is touched.
 *
 * @param key names the import in the audit log
 * @returns who was not written, by line
 */
export async function writeBatch(
  clock: Clock,
  tx: EntityManager,
  users: ImportedUser[],
  key: string,
): Promise<Map<number, Problem>> {
  if (users.length === 0) return new Map();
  const now = clock.now();
  const sql = tx.getKysely<Tables>();
  // What is written is told by its id: were one there twice, a line's hash could open the account of another line.
  const distinct = firstOfEachId(users);
  await freeUsernames(
    tx,
    distinct.map(({ username }) => username),
  );
  // On conflict with whatever index, so that a registration at the same moment is no failure of the batch.
  const inserted = await sql
    .insertInto('users')
    .values(distinct.map((user) => userRow(user, now)))
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute();
  const written = new Set(inserted.map(({ id }) => id));
  const added = new Set(distinct.filter(({ id }) => written.has(id)));
  const left = users.filter((user) => !added.has(user));
  const passwords = [...added].flatMap(({ id, hash }) => (hash ? [{ user_id: id, hash, changed_at: now }] : []));
  const roles = [...added].flatMap(({ id, roles }) =>
    roles.map((role) => ({ user_id: id, role_name: role, granted_at: now })),
  );
  if (passwords.length > 0) await sql.insertInto('passwords').values(passwords).execute();
  if (roles.length > 0) await sql.insertInto('user_roles').values(roles).execute();
  const request = { id: `import-${key.slice(0, 24)}`, ipAddress: null, userAgent: 'users:import' };
  for (const { id, roles } of added)
    record({ clock, request }, tx, { action: 'importUsers', subjectId: id, details: { roles } });
  return takenIn(tx, left, 'ID_TAKEN');
}

/** What the database would refuse, without writing. */
export function foreseeConflicts(tx: EntityManager, users: ImportedUser[]): Promise<Map<number, Problem>> {
  return takenIn(tx, users, null);
}

const TAKEN = {
  EMAIL_EXISTS: { field: 'email', message: 'There is an account with this address, or an earlier line has it.' },
  USERNAME_TAKEN: { field: 'username', message: 'There is an account with this username, or an earlier line has it.' },
  ID_TAKEN: { field: 'id', message: 'There is an account with this id, or an earlier line has it.' },
} as const;

async function takenIn(
  tx: EntityManager,
  users: ImportedUser[],
  otherwise: keyof typeof TAKEN | null,
): Promise<Map<number, Problem>> {
  if (users.length === 0) return new Map();
  const sql = tx.getKysely<Tables>();
  const usernames = users.flatMap(({ username }) => (username ? [username.toLowerCase()] : []));
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
    names: new Set(names.map(({ username }) => username?.toLowerCase())),
    ids: new Set(ids.map(({ id }) => id)),
  };
  const reasonOf = ({ id, email, username }: ImportedUser) => {
    if (taken.emails.has(email)) return 'EMAIL_EXISTS';
    if (username && taken.names.has(username.toLowerCase())) return 'USERNAME_TAKEN';
    return taken.ids.has(id) ? 'ID_TAKEN' : otherwise;
  };
  const problems = users.flatMap((user): [number, Problem][] => {
    const reason = reasonOf(user);
    return reason ? [[user.line, { reason, ...TAKEN[reason] }]] : [];
  });
  return new Map(problems);
}

function firstOfEachId(users: ImportedUser[]): ImportedUser[] {
  return [...new Map(users.toReversed().map((user) => [user.id, user])).values()].toReversed();
}

function userRow(
  { id, email, username, displayName, locale, emailVerified, suspended, createdAt }: ImportedUser,
  now: Date,
) {
  return {
    id,
    email,
    username,
    display_name: displayName,
    locale,
    email_verified_at: emailVerified ? createdAt : null,
    suspended_at: suspended ? now : null,
    suspended_reason: suspended ? 'Was locked out where the account was imported from.' : null,
    created_at: createdAt,
    updated_at: now,
    deleted_at: null,
    decoy: false,
  };
}
