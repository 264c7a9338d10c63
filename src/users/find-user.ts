import { type EntityManager, raw } from '@mikro-orm/postgresql';
import { foldUsername, usernameField } from './user-fields.js';
import { User } from './user.entity.js';

/** The account with this username, in upper or lower case. Null for what cannot be a username: a NUL would be a database error. */
export function findUserByUsername(em: EntityManager, username: string): Promise<User | null> {
  if (!usernameField.safeParse(username).success) return Promise.resolve(null);
  return em.findOne(User, { [raw('lower(username)')]: foldUsername(username) });
}
