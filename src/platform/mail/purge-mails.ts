import type { EntityManager } from '@mikro-orm/postgresql';
import { Mail } from './mail.entity.js';

/** Deletes mails enqueued before that instant, sent or not, at most `batch` of them; answers how many went. */
export async function purgeMails({ em }: { em: EntityManager }, before: Date, batch = 1000): Promise<number> {
  const old = await em.find(
    Mail,
    { createdAt: { $lt: before } },
    { fields: ['id'], limit: batch, orderBy: { createdAt: 'asc' } },
  );
  return old.length === 0 ? 0 : em.nativeDelete(Mail, { id: { $in: old.map(({ id }) => id) } });
}
