import type { EntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import { isId } from '../platform/ids.js';
import { User } from './user.entity.js';

/** Users by id, null if there is none; one statement for all in a request. The audit log also names soft-deleted users. */
export function userById(em: EntityManager, { evenDeleted = false } = {}): DataLoader<string, User | null> {
  return new DataLoader(async (ids) => {
    const known = ids.filter(isId);
    const users =
      known.length > 0 ? await em.find(User, { id: { $in: known } }, { filters: { notDeleted: !evenDeleted } }) : [];
    const byId = new Map(users.map((user) => [user.id, user]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}
