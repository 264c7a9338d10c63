import type { ChallengeMethod } from '../challenges/challenge.entity.js';
import type { Needs } from '../context.js';
import type { Methods } from '../methods/method.js';
import { foldAddress } from '../platform/email-address.js';
import { USER_WITH_ROLES, type UserWithRolesRow, readUserWithRoles, type RoleHeld } from '../sessions/principals.js';
import { foldUsername, usernameField } from '../users/user-fields.js';
import type { User } from '../users/user.entity.js';

/** A user who tries to sign in, as read at the beginning. */
export interface Account {
  user: User;
  roles: RoleHeld[];
  /** Null if they have none. */
  password: { hash: string; changedAt: Date } | null;
  /** Their second factors. */
  enrolled: ChallengeMethod[];
}

/** What an identifier names: an account, and the pending registration of its address. */
export interface LoginCandidates {
  account: Account | null;
  registration: { id: string; email: string; hash: string | null } | null;
}

/**
 * Finds whom an e-mail address or, without an @, a username names, in upper or lower case. For anything that can be neither, the same
 * statement runs: otherwise the time would reveal it. One row is read for an address, known or not.
 */
export async function findAccount(
  { sql, methods }: Needs<'sql' | 'methods'>,
  identifier: string,
): Promise<LoginCandidates> {
  const rows = identifier.includes('@')
    ? await sql<AccountRow>('account-by-email', byEmail(methods), [foldAddress(identifier)])
    : await sql<AccountRow>('account-by-username', byUsername(methods), [
        foldUsername(usernameField.safeParse(identifier).data ?? ''),
      ]);
  const [row] = rows;
  return { account: row?.user_id ? readAccount(row) : null, registration: row?.registration ?? null };
}

function readAccount(row: AccountRow): Account {
  const { hash, changed_at: changedAt, enrolled } = row;
  const { user, roles } = readUserWithRoles(row);
  return { user, roles, password: hash && changedAt ? { hash, changedAt } : null, enrolled };
}

interface AccountRow extends UserWithRolesRow {
  user_id: string | null;
  hash: string | null;
  changed_at: Date | null;
  enrolled: ChallengeMethod[];
  registration: LoginCandidates['registration'];
}

const account = ({ enrolled }: Methods) => `
  u.id as user_id, p.hash, p.changed_at, ${enrolled} as enrolled, ${USER_WITH_ROLES}`;

const byEmail = (methods: Methods) => `
select ${account(methods)},
       (select json_build_object('id', r.id, 'email', r.email, 'hash', r.password_hash)
          from pending_registrations r where r.email = asked.email) as registration
  from (select $1::varchar as email) asked
  left join users u on u.email = asked.email and u.deleted_at is null
  left join passwords p on p.user_id = u.id`;

// A pending registration reserves no username: it is found by its address alone.
const byUsername = (methods: Methods) => `
select ${account(methods)}, null as registration
  from users u left join passwords p on p.user_id = u.id
 where lower(u.username) = $1::varchar and u.deleted_at is null`;
