import type { EntityManager } from '@mikro-orm/postgresql';
import { enqueueDeletion } from '../avatars/delete-avatar.js';
import type { Needs } from '../context.js';
import { enqueueFileDeletion } from '../data-exports/delete-data-export.js';
import { sqlIn } from '../platform/database.js';

/**
 * Deletes accounts for good, with all that belongs to them, in the caller's transaction, which has locked them. Jobs delete their pictures
 * and the files of their exports.
 */
export async function purgeUsers({ jobs }: Needs<'jobs'>, tx: EntityManager, ids: string[]): Promise<void> {
  const sql = sqlIn(tx);
  for (const { id } of await sql<{ id: string }>('', EXPORTS, [ids])) await enqueueFileDeletion({ jobs }, tx, id);
  for (const { avatar } of await sql<{ avatar: string | null }>('', PURGE, [ids]))
    if (avatar !== null) await enqueueDeletion({ jobs }, tx, avatar);
}

const EXPORTS = 'select id from data_exports where user_id = any($1::uuid[])';
const PURGE = 'delete from users where id = any($1::uuid[]) returning avatar';
