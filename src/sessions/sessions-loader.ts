import type { EntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import type { Needs } from '../context.js';
import { Session } from './session.entity.js';

/** Live sessions by user id, newest first; one statement for all the users of a request. */
export function sessionsOfUser({ clock }: Needs<'clock'>, em: EntityManager): DataLoader<string, Session[]> {
  return new DataLoader(async (ids) => {
    const where = { user: { $in: [...ids] }, endedAt: null, expiresAt: { $gt: clock.now() } };
    const sessions = await em.find(Session, where, { orderBy: { createdAt: 'desc', id: 'desc' } });
    return ids.map((id) => sessions.filter((session) => session.user.id === id));
  });
}
