import type { Needs } from '../context.js';
import { PERSON, type PersonRow, readPerson, type RoleHeld } from '../sessions/who.js';
import { emailField, usernameField } from '../users/user-fields.js';
import type { User } from '../users/user.entity.js';

/** Somebody who can try to sign in, as they are when they begin to. */
export interface Account {
  user: User;
  roles: RoleHeld[];
  /** Null for who has none yet. */
  password: { hash: string; changedAt: Date } | null;
}

/**
 * The account of an e-mail address or, where there is no @ in it, of a username; in whatever case it is typed. For what can
 * be neither the same statement is asked: a missing one would tell it by its time.
 */
export async function findAccount({ sql }: Needs<'sql'>, identifier: string): Promise<Account | null> {
  const [row] = identifier.includes('@')
    ? await sql<AccountRow>('account-by-email', BY_EMAIL, [emailField.safeParse(identifier).data ?? null])
    : await sql<AccountRow>('account-by-username', BY_USERNAME, [usernameField.safeParse(identifier).data ?? null]);
  if (!row) return null;
  const { hash, changed_at: changedAt } = row;
  return { ...readPerson(row), password: hash && changedAt ? { hash, changedAt } : null };
}

interface AccountRow extends PersonRow {
  hash: string | null;
  changed_at: Date | null;
}

const ACCOUNT = `
select p.hash, p.changed_at, ${PERSON}
  from users u left join passwords p on p.user_id = u.id
 where u.deleted_at is null`;

const BY_EMAIL = `${ACCOUNT} and u.email = $1::varchar`;
const BY_USERNAME = `${ACCOUNT} and lower(u.username) = lower($1::varchar)`;
