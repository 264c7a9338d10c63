import { type EntityManager, raw } from '@mikro-orm/postgresql';
import { foldUsername, usernameField } from './user-fields.js';
import { User } from './user.entity.js';

/** Who holds it, a decoy too; in whatever case it is typed. What could not be a username is nobody's: a NUL in it would be an error of the database. */
export function findUserByUsername(em: EntityManager, username: string): Promise<User | null> {
  if (!usernameField.safeParse(username).success) return Promise.resolve(null);
  return em.findOne(
    User,
    { [raw('lower(username)')]: foldUsername(username), $or: [{ deletedAt: null }, { decoy: true }] },
    { filters: { notDeleted: false } },
  );
}
