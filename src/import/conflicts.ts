import type { EntityManager } from '@mikro-orm/postgresql';
import { foldUsername } from '../users/user-fields.js';
import { importedBefore } from './external-ids.js';
import { IDENTITY_TAKEN, type IdentityHolders, identityHolders, isHeld } from './keep-identities.js';
import { foreseeLateIdentities } from './late-identities.js';
import type { Problem } from './problem.js';
import type { ImportedUser } from './user-line.js';

/** The columns that an import searches users by. */
interface UserTables {
  users: { id: string; email: string; username: string | null; deleted_at: Date | null };
}

/** The users that the database would refuse, found without writing. */
export async function foreseeConflicts(
  tx: EntityManager,
  users: ImportedUser[],
  source: string,
): Promise<Map<number, Problem>> {
  const before = await importedBefore(tx, users, source);
  const known = await foreseeLateIdentities(tx, { read: users, known: before, source });
  const others = users.filter(({ line }) => !known.has(line));
  const holders = await identityHolders(tx, others);
  return new Map([...known, ...(await conflictsOf(tx, others, { holders, otherwise: null }))]);
}

const TAKEN = {
  EMAIL_EXISTS: { field: 'email', message: 'There is an account with this address.' },
  USERNAME_TAKEN: { field: 'username', message: 'There is an account with this username.' },
  ID_TAKEN: { field: 'id', message: 'There is an account with this id.' },
  IDENTITY_TAKEN,
} as const;

/** Why the database refuses each of these users; `otherwise` for those without a conflict any more. */
export async function conflictsOf(
  tx: EntityManager,
  users: ImportedUser[],
  { holders, otherwise }: { holders: IdentityHolders; otherwise: keyof typeof TAKEN | null },
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
  const reasonOf = (user: ImportedUser) => {
    const { id, email, username } = user;
    if (taken.emails.has(email)) return 'EMAIL_EXISTS';
    if (username && taken.names.has(foldUsername(username))) return 'USERNAME_TAKEN';
    if (isHeld(user, holders)) return 'IDENTITY_TAKEN';
    return taken.ids.has(id) ? 'ID_TAKEN' : otherwise;
  };
  const problems = users.flatMap((user): [number, Problem][] => {
    const reason = reasonOf(user);
    return reason ? [[user.line, { reason, ...TAKEN[reason] }]] : [];
  });
  return new Map(problems);
}
