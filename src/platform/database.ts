import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import type { EntityManager, MikroORM, Options } from '@mikro-orm/postgresql';
import pg from 'pg';
import type { Config } from '../config.js';
import { lockFolder } from './folder-lock.js';
import type { Log } from './log.js';

/**
 * A statement of a hot path: planned once per connection under its name and then only bound.
 * An unprepared single-row select costs this process about ten times as much.
 */
export type Sql = <Row>(name: string, text: string, params: unknown[]) => Promise<Row[]>;

/** The same within the transaction that `em` is in; types are what the driver makes of them there, times strings. */
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
  close(): Promise<void>;
}

/** The folder or the server cannot be used; the sentence says what to do. */
export class DatabaseError extends Error {
  override name = 'DatabaseError';
}

type Needed = Pick<Config, 'databaseUrl' | 'databaseReplicaUrl' | 'databasePool' | 'dataDir' | 'nodeEnv'>;

/** Connects, without migrating. Without `databaseUrl` it opens the embedded database in `dataDir`. */
export async function openDatabase(config: Needed, options: Partial<Options>, log: Log): Promise<Database> {
  const { databaseUrl } = config;
  return databaseUrl ? openServer({ ...config, databaseUrl }, options, log) : openEmbedded(config, options, log);
}

/**
 * Runs what is pending, one process at a time: replicas that start together wait for each other.
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
    // Closing the session is the one way of giving the lock back that cannot fail.
    client.release(true);
  }
}

/** Whether the failure says "the database cannot be reached or is too busy" and not "the query is wrong". */
export function isDatabaseDown(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    const code = (cause as { code?: unknown }).code;
    if (
      typeof code === 'string' &&
      /^(08|57P|53|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|57014|55P03|25006)/.test(code)
    )
      return true;
    if (
      /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|timeout expired/i.test(
        cause.message,
      )
    )
      return true;
    if (cause instanceof AggregateError && cause.errors.some(isDatabaseDown)) return true;
  }
  return false;
}

/** The name of the unique constraint or index that was violated, or null when the error is another. */
export function violatedUnique(error: unknown): string | null {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    const { code, constraint } = cause as { code?: unknown; constraint?: unknown };
    if (code === '23505') return typeof constraint === 'string' ? constraint : '';
  }
  return null;
}

const MIGRATION_LOCK = 7_255_597;

async function openServer(
  config: Needed & { databaseUrl: string },
  options: Partial<Options>,
  log: Log,
): Promise<Database> {
  const { MikroORM } = await import('@mikro-orm/postgresql');
  const orm = await MikroORM.init({
    ...(options as Options),
    clientUrl: config.databaseUrl,
    driverOptions: {
      max: config.databasePool,
      // Waiting for a connection longer than this is answered with SERVICE_UNAVAILABLE.
      connectionTimeoutMillis: 3_000,
      statement_timeout: 15_000,
      idle_in_transaction_session_timeout: 15_000,
      keepAlive: true,
      application_name: 'sallyport',
    },
    // A stale read must be asked for: a sign-in that reads a replica would accept the password that was just changed.
    preferReadReplicas: false,
    ...(config.databaseReplicaUrl && { replicas: [{ name: 'replica', clientUrl: config.databaseReplicaUrl }] }),
    // A mistyped name must not give production an empty database; on a laptop a missing one is made.
    ensureDatabase: config.nodeEnv !== 'production',
    ignoreUndefinedInQuery: true,
    logger: (message) => log.debug(message),
  });
  const pool = await nativePool(orm);
  pool.on('error', (error) => log.warn({ err: error }, 'an idle connection to PostgreSQL was lost'));
  const sql: Sql = async <Row>(name: string, text: string, values: unknown[]) => {
    const { rows } = await pool.query({ name, text, values, types: pg.types });
    return rows as Row[];
  };
  return { orm: orm as MikroORM, sql, embedded: null, close: () => orm.close(true) };
}

async function openEmbedded({ dataDir }: Needed, options: Partial<Options>, log: Log): Promise<Database> {
  const folder = resolve(dataDir);
  mkdirSync(folder, { recursive: true });
  const unlock = await lockFolder(folder);
  if (!unlock) {
    throw new DatabaseError(
      `The data folder ${folder} is in use by another process. Stop that one, or set DATA_DIR to another folder.`,
    );
  }
  const [{ MikroORM }, { PGlite: Glite, types }, { pg_trgm: trigrams }] = await Promise.all([
    import('@mikro-orm/pglite'),
    import('@electric-sql/pglite'),
    import('@electric-sql/pglite/contrib/pg_trgm'),
  ]);
  try {
    const embedded = await Glite.create({ dataDir: join(folder, 'pg'), extensions: { pg_trgm: trigrams } });
    const parsers = { [types.TIMESTAMPTZ]: (value: string) => new Date(value) };
    const orm = await MikroORM.init({
      ...(options as object),
      dbName: 'postgres',
      driverOptions: { pglite: embedded },
      ignoreUndefinedInQuery: true,
      logger: (message: string) => log.debug(message),
    } as never);
    const sql: Sql = async <Row>(_name: string, text: string, params: unknown[]) =>
      (await embedded.query<Row>(text, params, { parsers })).rows;
    const close = async () => {
      await orm.close(true);
      await embedded.close();
      await unlock();
    };
    return { orm: orm as unknown as MikroORM, sql, embedded, close };
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function nativePool(orm: { em: EntityManager }): Promise<pg.Pool> {
  const connection = orm.em.getConnection() as unknown as { getNativeClient(): Promise<pg.Pool> };
  return connection.getNativeClient();
}
