import type { Needs } from '../context.js';
import { databaseNow } from '../platform/clock.js';
import { sqlIn } from '../platform/database.js';
import type { Job } from '../platform/jobs/jobs.js';
import { enqueueFileDeletion } from './delete-data-export.js';

/** Deletes the files of exports past their time. Their rows stay for a while (data-exports.feature.ts). */
export function expireDataExportsJob(ctx: Needs<'em' | 'clock' | 'jobs'>): Job {
  return {
    name: 'expire-data-exports',
    schedule: '29 * * * *',
    async work(_data, signal) {
      let expired = BATCH;
      while (expired === BATCH && !signal.aborted) {
        expired = await ctx.em.fork().transactional(async (tx) => {
          const rows = await sqlIn(tx)<{ id: string }>('', EXPIRE, [await databaseNow(ctx, sqlIn(tx))]);
          for (const { id } of rows) await enqueueFileDeletion(ctx, tx, id);
          return rows.length;
        });
      }
    },
  };
}

const BATCH = 200;
const EXPIRE = `
update data_exports set status = 'EXPIRED'
 where id in (select id from data_exports where status = 'READY' and expires_at <= $1::timestamptz limit ${BATCH})
returning id`;
