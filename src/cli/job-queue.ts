import type { PgBoss } from 'pg-boss';
import type { Config } from '../config/config.js';
import { FEATURES, gather } from '../features.js';
import { migrateQueue, withBoss } from '../platform/jobs/boss.js';
import { type Opened, withMigrated } from './with-database.js';

/** Creates or updates the queue's tables; returns whether it changed them. */
export function migrateJobs(config: Config, opened: Opened): Promise<boolean> {
  return migrateQueue({ config, ...opened }, gather(FEATURES, 'jobs'));
}

/** Opens the queues for a command: they can be read and changed, and no job is worked. */
export function withQueue<Result>(
  config: Config,
  work: (boss: PgBoss, opened: Opened) => Promise<Result>,
): Promise<Result> {
  return withMigrated(config, (opened) =>
    withBoss({ config, ...opened }, gather(FEATURES, 'jobs'), (boss) => work(boss, opened)),
  );
}
