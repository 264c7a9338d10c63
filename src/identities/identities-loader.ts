import DataLoader from 'dataloader';
import type { Needs } from '../context.js';
import { Identity } from './identity.entity.js';

/** The identities of users, oldest first; one statement for all the users of a request. Each user has only a few. */
export function identitiesOfUser(from: Needs<'em'>): DataLoader<string, Identity[]> {
  return new DataLoader(async (ids) => {
    const found = await from.em.find(
      Identity,
      { user: { $in: [...ids] } },
      { orderBy: { createdAt: 'asc', id: 'asc' }, filters: { notDeleted: false } },
    );
    return ids.map((id) => found.filter(({ user }) => user.id === id));
  });
}
