import { setTimeout as sleep } from 'node:timers/promises';
import { fromPglite, PgBoss } from 'pg-boss';
import type { Config } from '../../config/config.js';
import type { Database } from '../database.js';
import { DatabaseError } from '../database-error.js';
import type { Log } from '../log.js';

/** The declaration of a queue, whether or not this process works it. */
export interface Queue {
  name: string;
  /** How often a failing job is retried; 5 unless given. */
  retries?: number;
  /** The delay between two attempts doubles from two seconds up to this many; 300 unless given. */
  longestDelay?: number;
}

export interface BossNeeds {
  config: Pick<Config, 'migrations'>;
  database: Pick<Database, 'embedded' | 'connecting' | 'sql'>;
  log: Log;
}

/** Holds the jobs that were given up, from every queue, until they are retried or 30 days old. It has no workers. */
export const DEAD_LETTERS = 'dead-letters';

/** The version of the tables of the installed pg-boss; a test compares it with its package.json. */
export const SCHEMA_VERSION = 43;

const DAY = 86_400;
/** No request waits for this pool: a busy server may be slow, which is no reason to fail at start. */
const CONNECT_TIMEOUT_MS = 15_000;
const NO_JOB = '00000000-0000-0000-0000-000000000000';

/** Starts pg-boss for a server: it listens for new jobs, schedules, and takes up the jobs of killed workers. */
export function startBoss(needs: BossNeeds, queues: Queue[]): Promise<PgBoss> {
  return start(needs, queues, {
    useListenNotify: true,
    // The monitor checks heartbeats: a job whose worker was killed is taken up again within half a minute.
    monitorIntervalSeconds: 10,
    superviseIntervalSeconds: 10,
  });
}

/** Starts pg-boss for a command: the queues can be read and changed, and no job is worked. */
export async function withBoss<Result>(
  needs: BossNeeds,
  queues: Queue[],
  work: (boss: PgBoss) => Promise<Result>,
): Promise<Result> {
  const boss = await start(needs, queues, { supervise: false, schedule: false });
  try {
    return await work(boss);
  } finally {
    await boss.stop({ graceful: false });
  }
}

/** Creates or updates the tables of the queue, and declares the queues. Returns whether it changed the tables. */
export async function migrateQueue(needs: BossNeeds, queues: Queue[]): Promise<boolean> {
  const before = await schemaVersion(needs.database);
  await withBoss(needs, queues, async (boss) => {
    // A newer pg-boss builds its indexes after its migration. A server whose role may not create objects could not build them.
    const building = async () =>
      (await boss.getBamStatus()).some(({ status }) => status === 'pending' || status === 'in_progress');
    while (await building()) await sleep(500);
  });
  return (before ?? 0) < SCHEMA_VERSION;
}

type Role = Pick<
  ConstructorParameters<typeof PgBoss>[0] & object,
  'useListenNotify' | 'monitorIntervalSeconds' | 'superviseIntervalSeconds' | 'supervise' | 'schedule'
>;

async function start({ config, database, log }: BossNeeds, queues: Queue[], role: Role): Promise<PgBoss> {
  const manual = config.migrations === 'manual';
  // A newer version is accepted: a replica of the previous release may restart after the migration.
  if (manual && ((await schemaVersion(database)) ?? 0) < SCHEMA_VERSION)
    throw new DatabaseError(
      'The tables of the job queue are missing or outdated: migrations are pending: npm run migration:up. Then start again.',
    );
  const { embedded, connecting } = database;
  const boss = new PgBoss({
    ...(embedded
      ? { db: fromPglite(embedded), backend: 'pglite' as const }
      : { ...connecting, max: 2, application_name: 'sallyport-jobs', connectionTimeoutMillis: CONNECT_TIMEOUT_MS }),
    ...role,
    bamIntervalSeconds: 10,
    // Rebuilding an index takes the owner's rights, which a server need not have if an operator migrates.
    reindex: !manual,
  });
  boss.on('error', (error) => log.error({ err: error }, 'the job queue failed'));
  boss.on('warning', (warning) => log.warn({ warning }, 'the job queue warns'));
  try {
    await boss.start();
    await declareQueues(boss, queues);
    return boss;
  } catch (error) {
    await boss.stop({ graceful: false });
    throw error;
  }
}

/** Null if there are no tables. */
async function schemaVersion({ sql }: Pick<Database, 'sql'>): Promise<number | null> {
  const [found] = await sql<{ there: boolean }>(
    'queue_there',
    `select to_regclass('pgboss.version') is not null as there`,
    [],
  );
  if (!found?.there) return null;
  const [row] = await sql<{ version: number }>('queue_version', 'select version from pgboss.version', []);
  return row?.version ?? null;
}

/** A single query if everything is declared already, so that a starting server writes nothing. */
async function declareQueues(boss: PgBoss, queues: Queue[]): Promise<void> {
  const declared = new Map((await boss.getQueues()).map((queue) => [queue.name, queue]));
  if (!declared.has(DEAD_LETTERS))
    await boss.createQueue(DEAD_LETTERS, { retentionSeconds: 30 * DAY, deleteAfterSeconds: DAY });
  for (const queue of queues) {
    const options = optionsOf(queue);
    const { notify: _, ...changeable } = options;
    const found = declared.get(queue.name);
    if (found && entries(changeable).every(([option, value]) => found[option] === value)) continue;
    if (found) await boss.updateQueue(queue.name, changeable);
    else await boss.createQueue(queue.name, options);
    // Makes pg-boss cache the queue: if it asked for it in a transaction of the embedded database, the one connection would wait for itself.
    await boss.findJobs(queue.name, { id: NO_JOB });
  }
}

function optionsOf({ retries = 5, longestDelay = 300 }: Queue) {
  return {
    retryLimit: retries,
    retryDelay: 2,
    retryBackoff: true,
    retryDelayMax: longestDelay,
    expireInSeconds: 300,
    heartbeatSeconds: 10,
    deleteAfterSeconds: DAY,
    deadLetter: DEAD_LETTERS,
    notify: true,
  };
}

function entries<Options extends object>(options: Options) {
  return Object.entries(options) as [keyof Options, unknown][];
}
