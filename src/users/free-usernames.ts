import type { EntityManager } from '@mikro-orm/postgresql';
import { foldUsername } from './user-fields.js';

/**
 * Before an administrator or an import gives somebody a username: a decoy that holds it, which they can neither find nor
 * delete, gives it up.
 */
export async function freeUsernames(tx: EntityManager, usernames: (string | null | undefined)[]): Promise<void> {
  const names = usernames.flatMap((username) => (username ? [foldUsername(username)] : []));
  if (names.length > 0) await tx.execute(FREE, [JSON.stringify(names)]);
}

const FREE = `
update users set username = null
 where decoy and lower(username) in (select jsonb_array_elements_text(?::jsonb))`;
