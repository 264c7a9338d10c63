import type { EntityManager } from '@mikro-orm/postgresql';
import type { Config } from '../../config/config.js';
import { type Clock, databaseNow } from '../clock.js';
import { sqlIn } from '../database.js';
import type { Job } from './jobs.js';

const BATCH = 1000;

/** What is deleted once it has expired: a row of the feature that owns the table. */
export interface Retention {
  table: string;
  /** Its primary key, `id` unless given. */
  key?: string;
  /** The condition, with a `?` for each place of the time before which it has expired. */
  where: string;
  /** How long it stays after that, in milliseconds. */
  after: number;
}

interface PurgeNeeds {
  em: EntityManager;
  clock: Clock;
  config: Pick<Config, 'databaseUrl'>;
  retention: readonly Retention[];
}

/** Deletes in batches, so that no lock is held for long. */
export function purgeExpiredJob({ em, clock, config, retention }: PurgeNeeds): Job {
  return {
    name: 'purge-expired',
    schedule: '17 * * * *',
    async work(_data, signal) {
      // A replica whose clock is far ahead deletes nothing that the others still use.
      const now = await databaseNow({ clock }, sqlIn(em));
      for (const { table, key = 'id', where, after } of retention) {
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
      // The embedded database has no autovacuum: it would keep the room of each row that was changed, and plan for empty tables.
      if (!config.databaseUrl) await em.execute('vacuum (analyze)', [], 'run');
    },
  };
}
