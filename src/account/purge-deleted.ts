import type { EntityManager } from '@mikro-orm/postgresql';
import { enqueueDeletion } from '../avatars/delete-avatar.js';
import type { Config } from '../config/settings.js';
import { after, type Clock, databaseNow } from '../platform/clock.js';
import { sqlIn } from '../platform/database.js';
import type { Job, Jobs } from '../platform/jobs/jobs.js';

const BATCH = 200;

interface PurgeDeletedNeeds {
  em: EntityManager;
  clock: Clock;
  config: Pick<Config, 'deletedRetention'>;
  jobs: Jobs;
}

/**
 * Deletes for good what was deleted softly and can no longer be restored; all that belongs to the person goes with them, their
 * picture by a job.
 */
export function purgeDeletedJob({ em, clock, config, jobs }: PurgeDeletedNeeds): Job {
  return {
    name: 'purge-deleted',
    schedule: '41 * * * *',
    async work(_data, signal) {
      const before = after(await databaseNow({ clock }, sqlIn(em)), -config.deletedRetention);
      let purged = BATCH;
      while (purged === BATCH && !signal.aborted) {
        purged = await em.fork().transactional(async (tx) => {
          const gone = await tx.execute<{ avatar: string | null }[]>(PURGE, [before, before]);
          for (const { avatar } of gone) if (avatar !== null) await enqueueDeletion({ jobs }, tx, avatar);
          return gone.length;
        });
      }
    },
  };
}

// The condition is repeated outside: only there is it checked again for a row that a restoration has held until now.
const PURGE = `
delete from users
 where deleted_at < ? and id in (select id from users where deleted_at < ? limit ${BATCH})
returning avatar`;
