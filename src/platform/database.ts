import type { PGlite } from '@electric-sql/pglite';
import type { EntityManager, MikroORM, Options } from '@mikro-orm/postgresql';
import pg from 'pg';
import type { Config } from '../config/config.js';
import { parseDatabaseUrl } from './database-url.js';
import { openEmbedded } from './embedded-database.js';
import { checkServer } from './check-server.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import { measurePool } from './pool-metrics.js';
import { clientThatWatches } from './postgres-client.js';
import { ServerWatch } from './server-watch.js';
import { current, span } from './span.js';
import { statementSpan } from './statement-span.js';

/**
 * A statement of a hot path: planned once per connection under its name and then only bound.
 * An unprepared single-row select costs this process about ten times as much.
 */
export type Sql = <Row>(name: string, text: string, params: unknown[]) => Promise<Row[]>;

/** The same within the transaction of `em`; there, the driver returns times as strings. */
export function sqlIn(em: EntityManager): Sql {
  return async <Row>(_name: string, text: string, params: unknown[]) => {
    const { rows } = await em
      .getKysely()
      .executeQuery({ sql: text, parameters: params, query: { kind: 'RawNode' } } as never);
    return rows as Row[];
  };
}

export interface Database {
  orm: MikroORM;
  sql: Sql;
  /** PostgreSQL in this process (PGlite): one connection, one process. */
  embedded: PGlite | null;
  /** How another pool, the job queue's, connects to the same server, with our settings and watch; null with the embedded database. */
  connecting: pg.PoolConfig | null;
  close(): Promise<void>;
}

type DatabaseSettings = Pick<Config, 'databaseUrl' | 'databasePool' | 'dataDir' | 'migrations' | 'nodeEnv'>;

/**
 * Connects, without migrating. Without `databaseUrl` it opens the embedded database in `dataDir`. A server's connections have metrics, and
 * use a primary only; a command may read from a standby.
 */
export async function openDatabase(
  config: DatabaseSettings,
  options: Partial<Options>,
  log: Log,
  serving?: { metrics: Metrics },
): Promise<Database> {
  const { databaseUrl } = config;
  if (!databaseUrl) return openEmbedded(config, options, log);
  return openServer({ ...config, databaseUrl }, options, log, serving);
}

/**
 * Runs the pending migrations, one process at a time: replicas that start together wait for each other.
 * @returns the names of the migrations that ran
 */
export async function migrate({ orm, embedded }: Pick<Database, 'orm' | 'embedded'>): Promise<string[]> {
  const run = async () => (await orm.migrator.up()).map(({ name }) => name);
  if (embedded) return run();
  const pool = await nativePool(orm);
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await run();
  } finally {
    // Closing the session is the one way to release the lock that cannot fail.
    client.release(true);
  }
}

/** Whether the error means that the database cannot be reached or is too busy, not that the query is wrong. */
export function isDatabaseDown(error: unknown): boolean {
  return matchesAny(error, DOWN_CODE, DOWN_SENTENCE);
}

/** The same, and errors that a retry would resolve: conflicting transactions, a server in transition. */
export function isPassing(error: unknown): boolean {
  return isDatabaseDown(error) || matchesAny(error, PASSING_CODE);
}

const DOWN_CODE = /^(08|57P|53|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|57014|55P03|25006)/;
const DOWN_SENTENCE =
  /timeout exceeded when trying to connect|Connection terminated|not queryable|timeout expired|Query read timeout|after calling end on the pool/i;
const PASSING_CODE = /^(40001|40P01|55000)$/;

function matchesAny(error: unknown, codes: RegExp, sentences?: RegExp): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string' && codes.test(code)) return true;
    if (sentences?.test(cause.message)) return true;
    if (cause instanceof AggregateError && cause.errors.some((one) => matchesAny(one, codes, sentences))) return true;
  }
  return false;
}

/** The name of the unique constraint or index that was violated, or null for any other error. */
export function violatedUnique(error: unknown): string | null {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    const { code, constraint } = cause as { code?: unknown; constraint?: unknown };
    if (code === '23505') return typeof constraint === 'string' ? constraint : '';
  }
  return null;
}

const MIGRATION_LOCK = 7_255_597;

async function openServer(
  config: DatabaseSettings & { databaseUrl: string },
  options: Partial<Options>,
  log: Log,
  serving: { metrics: Metrics } | undefined,
): Promise<Database> {
  const { MikroORM } = await import('@mikro-orm/postgresql');
  const { database, host, port, user, password, ...rest } = parseDatabaseUrl(config.databaseUrl);
  const shared = {
    ...(rest as Pick<pg.PoolConfig, 'ssl' | 'options'>),
    // A request that waits longer for a connection is answered with SERVICE_UNAVAILABLE.
    connectionTimeoutMillis: 3_000,
    keepAlive: true,
    application_name: 'sallyport',
  };
  const plain = { ...shared, host, port, user, password, database };
  const watch = new ServerWatch(plain, log);
  const watched = { ...shared, Client: clientThatWatches(watch, { primary: serving !== undefined }) };
  const orm = await MikroORM.init({
    ...(options as Options),
    host,
    port,
    user,
    password,
    dbName: database,
    // Without `database`: while a missing one is created, the ORM is connected to another.
    driverOptions: { ...watched, max: config.databasePool },
    ensureDatabase: false,
    ignoreUndefinedInQuery: true,
    logger: (message) => log.debug(message),
  });
  const close = async () => {
    await orm.close(true);
    watch.close();
  };
  try {
    if (config.nodeEnv !== 'production') await makeMissing(orm, log);
    await checkServer(plain, { migrates: config.migrations === 'auto' });
    const pool = await nativePool(orm);
    pool.on('error', (error) => log.warn({ err: error }, 'an idle connection to PostgreSQL was lost'));
    if (serving) measurePool(serving.metrics, pool);
    const ask = async <Row>(name: string, text: string, values: unknown[]) => {
      const { rows } = await pool.query({ name, text, values, types: pg.types });
      return rows as Row[];
    };
    // Here and not in the client: a statement that waits for a connection is sent in the async context of the previous one.
    const sql: Sql = <Row>(name: string, text: string, values: unknown[]) =>
      current()?.span
        ? span(...statementSpan(text, name), () => ask<Row>(name, text, values))
        : ask<Row>(name, text, values);
    const connecting = { ...watched, host, port, user, password, database };
    return { orm: orm as MikroORM, sql, embedded: null, connecting, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** In development a missing database is created. Not in production: a mistyped name must not start it with an empty one. */
async function makeMissing({ schema, config }: MikroORM, log: Log): Promise<void> {
  if (await schema.ensureDatabase())
    log.warn(
      `created the database ${config.get('dbName')}, which did not exist: if the name is wrong, check DATABASE_URL`,
    );
}

async function nativePool(orm: { em: EntityManager }): Promise<pg.Pool> {
  const connection = orm.em.getConnection() as unknown as { getNativeClient(): Promise<pg.Pool> };
  return connection.getNativeClient();
}
