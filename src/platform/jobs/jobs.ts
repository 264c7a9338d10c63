import type { EntityManager } from '@mikro-orm/postgresql';
import { fromKysely, fromPglite, PgBoss } from 'pg-boss';
import type { Database } from '../database.js';
import type { Log } from '../log.js';
import type { Metrics } from '../metrics.js';

/** A background task: one file, and one line in the gateway's list. */
export interface Job<Data extends object = object> {
  name: string;
  /** Cron expression (UTC) for tasks that nobody enqueues. */
  schedule?: string;
  /** How many are worked at once by one process; 1 unless given. */
  concurrency?: number;
  /** How often a failing one is tried again, with exponential back-off up to five minutes; 5 unless given. */
  retries?: number;
  work(data: Data, signal: AbortSignal): Promise<void>;
}

export interface Jobs {
  /** Commits, or vanishes, with the transaction that `em` is in. Never call it outside of one. */
  enqueue(em: EntityManager, name: string, data: object): Promise<void>;
  /** Begins to work the queue; without it jobs are only taken in. */
  work(jobs: Job<never>[]): Promise<void>;
  close(): Promise<void>;
}

interface Needed {
  database: Pick<Database, 'embedded' | 'connecting'>;
  log: Log;
  metrics: Metrics;
}

/** pg-boss on the same PostgreSQL: what it is told in a transaction is true exactly when that commits. */
export async function createJobs(
  { database, log, metrics }: Needed,
  jobs: Pick<Job, 'name' | 'retries'>[],
): Promise<Jobs> {
  const { embedded, connecting } = database;
  const boss = new PgBoss({
    ...(embedded
      ? { db: fromPglite(embedded), backend: 'pglite' as const }
      : { ...connecting, max: 2, application_name: 'sallyport-jobs' }),
    useListenNotify: true,
    // Heartbeats are judged by the monitor: a job whose worker was killed is taken up again within half a minute.
    monitorIntervalSeconds: 10,
    superviseIntervalSeconds: 10,
    schedule: true,
  });
  const finished = metrics.counter('sallyport_jobs_total', 'Background jobs by queue and outcome.', [
    'queue',
    'outcome',
  ]);
  boss.on('error', (error) => log.error({ err: error }, 'the job queue failed'));
  boss.on('warning', (warning) => log.warn({ warning }, 'the job queue warns'));
  await boss.start();
  await Promise.all(jobs.map(({ name, retries = 5 }) => declareQueue(boss, name, retries)));
  // The embedded database dies with its one process: whatever is still marked active was cut off.
  if (embedded) await embedded.query(`update pgboss.job set state = 'retry', started_on = null where state = 'active'`);

  return {
    async enqueue(em, name, data) {
      await boss.send(name, data, { db: fromKysely(em.getKysely()) });
    },
    async work(definitions) {
      for (const { name, schedule, concurrency = 1, work } of definitions as Job[]) {
        await boss.work(
          name,
          { localConcurrency: concurrency, pollingIntervalSeconds: embedded ? 1 : 2 },
          async ([job]) => {
            if (!job) return;
            try {
              await work(job.data as object, job.signal);
              finished.inc({ queue: name, outcome: 'succeeded' });
            } catch (error) {
              finished.inc({ queue: name, outcome: 'failed' });
              log.warn({ err: error, queue: name, jobId: job.id }, 'a job failed and will be tried again');
              throw error;
            }
          },
        );
        if (schedule) await boss.schedule(name, schedule);
      }
    },
    close: () => boss.stop({ graceful: true, timeout: 10_000, close: true }),
  };
}

async function declareQueue(boss: PgBoss, name: string, retryLimit: number): Promise<void> {
  const options = {
    retryLimit,
    retryDelay: 2,
    retryBackoff: true,
    retryDelayMax: 300,
    expireInSeconds: 300,
    heartbeatSeconds: 10,
    deleteAfterSeconds: 86_400,
    notify: true,
  };
  await boss.createQueue(name, options);
  const { notify: _, ...changeable } = options;
  await boss.updateQueue(name, changeable);
}
