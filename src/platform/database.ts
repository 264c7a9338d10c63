import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import type { EntityManager, MikroORM, Options } from '@mikro-orm/postgresql';
import pg from 'pg';
import { parse } from 'pg-connection-string';
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

function poolOptions(url: string, { databasePool }: Pick<Config, 'databasePool'>): pg.PoolConfig {
  // MikroORM reads host, user, password and name alone from the URL: without this `?sslmode=require` would connect in plain text.
  const { ssl } = parse(url);
  return {
    ...(ssl !== undefined && { ssl: ssl as Exclude<pg.PoolConfig['ssl'], undefined> }),
    max: databasePool,
    // Waiting for a connection longer than this is answered with SERVICE_UNAVAILABLE.
    connectionTimeoutMillis: 3_000,
    statement_timeout: 15_000,
    idle_in_transaction_session_timeout: 15_000,
    keepAlive: true,
    application_name: 'sallyport',
  };
}

async function openServer(
  config: Needed & { databaseUrl: string },
  options: Partial<Options>,
  log: Log,
): Promise<Database> {
  const { MikroORM } = await import('@mikro-orm/postgresql');
  const { databaseReplicaUrl: replica } = config;
  const orm = await MikroORM.init({
    ...(options as Options),
    clientUrl: config.databaseUrl,
    driverOptions: poolOptions(config.databaseUrl, config),
    // A stale read must be asked for: a sign-in that reads a replica would accept the password that was just changed.
    preferReadReplicas: false,
    ...(replica && {
      replicas: [{ name: 'replica', clientUrl: replica, driverOptions: poolOptions(replica, config) }],
    }),
    ensureDatabase: false,
    ignoreUndefinedInQuery: true,
    logger: (message) => log.debug(message),
  });
  if (config.nodeEnv !== 'production') await makeMissing(orm, log);
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
  const unlock = await claimFolder(folder);
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
    throw new DatabaseError(
      `The embedded database in ${folder} cannot be opened (${(error as Error).message}). Put back a copy of the folder, or set DATA_DIR to another one: that begins with nobody in it.`,
      { cause: error },
    );
  }
}

async function claimFolder(folder: string): Promise<(() => Promise<void>) | null> {
  try {
    mkdirSync(join(folder, 'pg'), { recursive: true });
    accessSync(join(folder, 'pg'), constants.R_OK | constants.W_OK);
  } catch (error) {
    throw new DatabaseError(
      `The data folder ${folder} cannot be written (${(error as Error).message}). Set DATA_DIR to a folder this user may write to.`,
    );
  }
  // Judged before it is opened: PGlite may hang over files of another version.
  const version = join(folder, 'pg/PG_VERSION');
  const major = existsSync(version) ? readFileSync(version, 'utf8').trim() : EMBEDDED_MAJOR;
  if (major !== EMBEDDED_MAJOR)
    throw new DatabaseError(
      `The data folder ${folder} was made by PostgreSQL ${major}, and the embedded database is ${EMBEDDED_MAJOR} now. Set DATA_DIR to another folder to begin anew, or go back to the version of Sallyport that made it.`,
    );
  try {
    return await lockFolder(folder);
  } catch (error) {
    throw new DatabaseError(
      `The data folder ${folder} cannot be locked (${(error as Error).message}). The lock is a socket in the folder for temporary files: set TMPDIR to a folder that exists, that this user may write to, and whose path is short.`,
    );
  }
}

/** The PostgreSQL inside PGlite. Its files are read by this major version alone. */
const EMBEDDED_MAJOR = '18';

/** On a laptop a missing database is made. Not in production: a mistyped name must not give it an empty one. */
async function makeMissing({ schema, config }: MikroORM, log: Log): Promise<void> {
  if (await schema.ensureDatabase())
    log.warn(
      `made the database ${config.get('dbName')}, which did not exist: if that is no name of yours, check DATABASE_URL`,
    );
}

async function nativePool(orm: { em: EntityManager }): Promise<pg.Pool> {
  const connection = orm.em.getConnection() as unknown as { getNativeClient(): Promise<pg.Pool> };
  return connection.getNativeClient();
}
