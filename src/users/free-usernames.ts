import type { EntityManager } from '@mikro-orm/postgresql';
import { foldUsername } from './user-fields.js';

/**
 * Called before an administrator or an import sets a username. A decoy that holds it gives it up: they could neither find nor
 * delete a decoy.
 */
export async function freeUsernames(tx: EntityManager, usernames: (string | null | undefined)[]): Promise<void> {
  const names = usernames.flatMap((username) => (username ? [foldUsername(username)] : []));
  if (names.length > 0) await tx.execute(FREE, [JSON.stringify(names)]);
}

const FREE = `
update users set username = null
 where decoy and lower(username) in (select jsonb_array_elements_text(?::jsonb))`;
