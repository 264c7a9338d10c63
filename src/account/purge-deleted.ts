import type { EntityManager } from '@mikro-orm/postgresql';
import type { Config } from '../config/config.js';
import { after, type Clock, databaseNow } from '../platform/clock.js';
import { sqlIn } from '../platform/database.js';
import type { Job, Jobs } from '../platform/jobs/jobs.js';
import { purgeUsers } from './purge-users.js';

const BATCH = 200;

interface PurgeDeletedNeeds {
  em: EntityManager;
  clock: Clock;
  config: Pick<Config, 'deletedRetention'>;
  jobs: Jobs;
}

/** Deletes for good the accounts that were soft-deleted and can no longer be restored. */
export function purgeDeletedJob({ em, clock, config, jobs }: PurgeDeletedNeeds): Job {
  return {
    name: 'purge-deleted',
    schedule: '41 * * * *',
    async work(_data, signal) {
      const before = after(await databaseNow({ clock }, sqlIn(em)), -config.deletedRetention);
      let purged = BATCH;
      while (purged === BATCH && !signal.aborted) {
        purged = await em.fork().transactional(async (tx) => {
          const due = await sqlIn(tx)<{ id: string }>('', DUE, [before]);
          await purgeUsers(
            { jobs },
            tx,
            due.map(({ id }) => id),
          );
          return due.length;
        });
      }
    },
  };
}

// The lock waits for a concurrent restoration, and the condition is then checked again. Rows are locked in the order of their ids, as
// everywhere, which prevents deadlocks.
const DUE = `
select id from users where id in (select id from users where deleted_at < $1::timestamptz limit ${BATCH})
   and deleted_at < $1::timestamptz order by id for update`;
