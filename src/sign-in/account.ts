import type { Needs } from '../context.js';
import { foldAddress } from '../platform/email-address.js';
import { USER_WITH_ROLES, type UserWithRolesRow, readUserWithRoles, type RoleHeld } from '../sessions/principals.js';
import { foldUsername, usernameField } from '../users/user-fields.js';
import type { User } from '../users/user.entity.js';

/** A person who tries to sign in, as they are when they begin to. */
export interface Account {
  user: User;
  roles: RoleHeld[];
  /** Null if they have none yet. */
  password: { hash: string; changedAt: Date } | null;
}

/** What an identifier names: an account, and a decoy of its address (see decoy in users/user.entity.ts). */
export interface LoginCandidates {
  account: Account | null;
  decoy: Account | null;
}

/**
 * Whom an e-mail address or, where there is no @ in it, a username names; in whatever case it is typed. For what can be
 * neither the same statement is asked: a missing one would tell it by its time.
 */
export async function findAccount({ sql }: Needs<'sql'>, identifier: string): Promise<LoginCandidates> {
  const rows = identifier.includes('@')
    ? await sql<AccountRow>('account-by-email', BY_EMAIL, [foldAddress(identifier)])
    : await sql<AccountRow>('account-by-username', BY_USERNAME, [
        foldUsername(usernameField.safeParse(identifier).data ?? ''),
      ]);
  const accounts = rows.map((row): Account => {
    const { hash, changed_at: changedAt } = row;
    const { user, roles } = readUserWithRoles(row);
    return { user, roles, password: hash && changedAt ? { hash, changedAt } : null };
  });
  return {
    account: accounts.find(({ user }) => !user.decoy) ?? null,
    decoy: accounts.find(({ user }) => user.decoy) ?? null,
  };
}

interface AccountRow extends UserWithRolesRow {
  hash: string | null;
  changed_at: Date | null;
}

const ACCOUNT = `
select p.hash, p.changed_at, ${USER_WITH_ROLES}
  from users u left join passwords p on p.user_id = u.id
 where`;

const BY_EMAIL = `${ACCOUNT} u.id in (select id from users where email = $1::varchar and deleted_at is null
                                      union all select id from users where email = $1::varchar and decoy)`;
const BY_USERNAME = `${ACCOUNT} lower(u.username) = $1::varchar and (u.deleted_at is null or u.decoy)`;
