import type { EntityManager } from '@mikro-orm/postgresql';
import { fromKysely, type Job as BossJob, type JobResult, type PgBoss } from 'pg-boss';
import type { Metrics } from '../metrics.js';
import { type BossNeeds, type Queue, startBoss } from './boss.js';
import { current, runFor } from '../span.js';
import type { Tracing } from '../tracing.js';
import { GivenUp } from './given-up.js';

/** A background task. */
export interface Job<Data extends object = object> {
  name: string;
  /** Cron expression (UTC) for tasks that run on a schedule. */
  schedule?: string;
  /** How many one process works at once; 1 unless given. With 0 they wait. */
  concurrency?: number;
  /** Throws if the job should be retried, and `GivenUp` if that is useless. */
  work(data: Data, signal: AbortSignal): Promise<void>;
}

export interface Jobs {
  /**
   * Commits or rolls back with the transaction of `em`. Never call it outside of one. `startAfter`, in seconds, delays it.
   */
  enqueue(em: EntityManager, name: string, data: object, options?: { startAfter?: number }): Promise<void>;
  /** Starts the workers; without it jobs are only stored. */
  work(jobs: Job<never>[]): Promise<void>;
  close(): Promise<void>;
}

interface Needed extends BossNeeds {
  metrics: Metrics;
  tracing?: Tracing | null;
}

/** In seconds. The first worker of a queue polls for new and due jobs; the others poll only in case no worker has woken them. */
const POLLING = { first: 1, other: 10 };

/** pg-boss on the same PostgreSQL: a job that is enqueued in a transaction exists if and only if that commits. */
export async function createJobs(needs: Needed, queues: Queue[]): Promise<Jobs> {
  const { embedded } = needs.database;
  const boss = await startBoss(needs, queues);
  // The embedded database ends with its one process: a job that is still marked active was interrupted.
  if (embedded) await embedded.query(`update pgboss.job set state = 'retry', started_on = null where state = 'active'`);
  const closing = new AbortController();
  const attempt = attempts(needs, closing.signal);
  return {
    async enqueue(em, name, data, { startAfter } = {}) {
      const traceparent = current()?.span?.traceparent;
      await boss.send(name, traceparent ? { ...data, traceparent } : data, {
        db: fromKysely(em.getKysely()),
        ...(startAfter && { startAfter }),
      });
    },
    async work(definitions) {
      for (const job of definitions as Job[]) {
        await startWorkers(boss, job, (taken) => attempt(job, taken));
        if (job.schedule) await boss.schedule(job.name, job.schedule);
      }
    },
    async close() {
      closing.abort();
      await boss.stop({ graceful: true, timeout: 10_000, close: true });
    },
  };
}

/**
 * pg-boss sleeps after each job. Here a worker that has found a job wakes the next one, and polls again as soon as it is done: all
 * workers work a backlog without a pause, and an empty queue costs one poll a second.
 */
async function startWorkers(
  boss: PgBoss,
  { name, concurrency = 1 }: Job,
  attempt: (taken: BossJob) => Promise<JobResult>,
): Promise<void> {
  const workers: string[] = [];
  const wake = (index: number) => workers[index] && boss.notifyWorker(workers[index]);
  for (let index = 0; index < concurrency; index += 1) {
    const seconds = index === 0 ? POLLING.first : POLLING.other;
    const options = {
      pollingIntervalSeconds: seconds,
      notifyPollingIntervalSeconds: seconds,
      perJobResults: true as const,
    };
    workers[index] = await boss.work(name, options, async ([taken]: BossJob[]) => {
      if (!taken) return [];
      wake((index + 1) % concurrency);
      const result = await attempt(taken);
      wake(index);
      return [result];
    });
  }
}

/** Works a job once, in the trace in which it was enqueued. */
function attempts({ log, metrics, tracing }: Needed, closing: AbortSignal) {
  const finished = metrics.counter('sallyport_jobs_total', 'Background jobs by queue and outcome.', [
    'queue',
    'outcome',
  ]);
  const seconds = metrics.histogram('sallyport_job_seconds', 'How long an attempt at a job took.', ['queue']);

  async function attempt({ name, work }: Job, { id, data, signal }: BossJob): Promise<JobResult> {
    const begun = performance.now();
    try {
      await work(data, AbortSignal.any([signal, closing]));
      finished.inc({ queue: name, outcome: 'succeeded' });
      return { id, status: 'completed' };
    } catch (error) {
      const final = error instanceof GivenUp;
      finished.inc({ queue: name, outcome: final ? 'given-up' : 'failed' });
      log.warn({ err: error, queue: name, jobId: id }, final ? GIVEN_UP : 'a job failed and will be tried again');
      return { id, status: final ? 'deadletter' : 'failed', output: brief(error) };
    } finally {
      seconds.observe({ queue: name }, (performance.now() - begun) / 1000);
    }
  }

  return async (job: Job, taken: BossJob): Promise<JobResult> => {
    if (!tracing) return attempt(job, taken);
    const { traceparent } = taken.data as { traceparent?: string };
    const { traceId, span } = tracing.begin(`process ${job.name}`, {
      kind: 'consumer',
      parent: traceparent,
      attributes: {
        'messaging.system': 'pg-boss',
        'messaging.destination.name': job.name,
        'messaging.message.id': taken.id,
      },
    });
    const result = await runFor({ traceId, operations: [], span }, () => attempt(job, taken));
    span?.end(result.status === 'completed' ? undefined : result.status);
    return result;
  };
}

const GIVEN_UP = 'a job was given up: npm run jobs:list shows it';

/** What is stored with a failed job: names and codes only, since a message may quote the job's data. The log has the whole error. */
function brief(error: unknown): { error: string } {
  const { name, code } = error as { name?: string; code?: string };
  return { error: [name, code].filter(Boolean).join(' ') || 'failed' };
}
