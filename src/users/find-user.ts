import { type EntityManager, raw } from '@mikro-orm/postgresql';
import { emailField, usernameField } from './user-fields.js';
import { User } from './user.entity.js';

/** The user of an e-mail address or, where there is no @ in it, of a username; in whatever case it is typed. */
export function findUserByIdentifier(em: EntityManager, identifier: string): Promise<User | null> {
  if (!identifier.includes('@')) return findUserByUsername(em, identifier.trim());
  const email = emailField.safeParse(identifier);
  return email.success ? em.findOne(User, { email: email.data }) : Promise.resolve(null);
}

/** What could not be a username is nobody's: a NUL in it would be an error of the database. */
export function findUserByUsername(em: EntityManager, username: string): Promise<User | null> {
  if (!usernameField.safeParse(username).success) return Promise.resolve(null);
  return em.findOne(User, { [raw('lower(username)')]: username.toLowerCase() });
}
