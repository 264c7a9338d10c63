import type { EntityManager } from '@mikro-orm/postgresql';
import { type Clock, databaseNow } from '../clock.js';
import { sqlIn } from '../database.js';
import type { Job } from './jobs.js';

const DAY = 86_400_000;
const BATCH = 1000;

const PENDING = `self_registered and email_verified_at is null and last_login_at is null and suspended_at is null
  and not exists (select from user_roles ur where ur.user_id = users.id and ur.role_name <> 'user')`;

/**
 * What has expired, and when it is deleted. An ended session stays a week, so that a replay of its tokens is still recognised.
 * One that expired without being ended stays until a week after its absolute lifetime: an index on `expires_at` would be written
 * by each refresh.
 */
const EXPIRED = [
  // Never verified, never used and without rights: it would hold its username for ever.
  { table: 'users', key: 'id', where: `${PENDING} and updated_at < ?`, after: 30 * DAY },
  { table: 'sessions', key: 'id', where: 'absolute_expires_at < ? or ended_at < ?', after: 7 * DAY },
  { table: 'email_changes', key: 'id', where: 'undo_until < ?', after: DAY },
  { table: 'challenges', key: 'id', where: 'expires_at < ?', after: DAY },
  { table: 'mails', key: 'id', where: 'created_at < ?', after: 30 * DAY },
];

/** Deletes in batches, so that no lock is held for long; refresh tokens go with their session. */
export function purgeExpiredJob({ em, clock }: { em: EntityManager; clock: Clock }): Job {
  return {
    name: 'purge-expired',
    schedule: '17 * * * *',
    async work(_data, signal) {
      // A replica whose clock is far ahead deletes nothing that the others still use.
      const now = await databaseNow({ clock }, sqlIn(em));
      for (const { table, key, where, after } of EXPIRED) {
        const before = new Date(now.getTime() - after);
        const params = where
          .split('?')
          .slice(1)
          .map(() => before);
        const statement = `delete from ${table} where ${key} in (select ${key} from ${table} where ${where} limit ${BATCH})`;
        let deleted = BATCH;
        while (deleted === BATCH && !signal.aborted) {
          const { affectedRows } = await em.execute<{ affectedRows: number }>(statement, params, 'run');
          deleted = affectedRows;
        }
      }
    },
  };
}
