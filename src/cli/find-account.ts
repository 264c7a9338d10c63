import { CommandError } from '../config/config.js';
import type { Sql } from '../platform/database.js';
import { isId } from '../platform/ids.js';
import { emailField } from '../users/user-fields.js';

export interface Account {
  id: string;
  email: string;
  username: string | null;
}

/** The account that an operator names by its id or its e-mail address; null where there is none. */
export async function findAccount(sql: Sql, named: string): Promise<Account | null> {
  const id = named.trim().toLowerCase();
  const email = emailField.safeParse(named).data;
  if (!isId(id) && !email) throw new CommandError(`${named} is neither the id of a user nor an e-mail address.`);
  const [account] = await sql<Account>('account', FIND, [isId(id) ? id : null, email ?? null]);
  return account ?? null;
}

const FIND = 'select id, email, username from users where id = $1::uuid or email = $2::varchar';
