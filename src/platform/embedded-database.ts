import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { MikroORM, Options } from '@mikro-orm/postgresql';
import type { Config } from '../config/config.js';
import { DatabaseError } from './database-error.js';
import type { Database, Sql } from './database.js';
import { lockFolder } from './folder-lock.js';
import type { Log } from './log.js';

/** PostgreSQL in this process (PGlite), with its files in `dataDir`. */
export async function openEmbedded(
  { dataDir }: Pick<Config, 'dataDir'>,
  options: Partial<Options>,
  log: Log,
): Promise<Database> {
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
    return { orm: orm as unknown as MikroORM, sql, embedded, connecting: null, close };
  } catch (error) {
    await unlock();
    throw new DatabaseError(
      `The embedded database in ${folder} cannot be opened (${(error as Error).message}). Put back a copy of the folder, or set DATA_DIR to another folder, which starts empty.`,
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
  // Checked before it is opened: PGlite may hang on files of another version.
  const version = join(folder, 'pg/PG_VERSION');
  const major = existsSync(version) ? readFileSync(version, 'utf8').trim() : EMBEDDED_MAJOR;
  if (major !== EMBEDDED_MAJOR)
    throw new DatabaseError(
      `The data folder ${folder} was made by PostgreSQL ${major}, and the embedded database is ${EMBEDDED_MAJOR} now. Set DATA_DIR to another folder to start empty, or go back to the version of Sallyport that made it.`,
    );
  try {
    return await lockFolder(folder);
  } catch (error) {
    throw new DatabaseError(
      `The data folder ${folder} cannot be locked (${(error as Error).message}). The lock is a socket in the folder for temporary files: set TMPDIR to a folder that exists, that this user may write to, and whose path is short.`,
    );
  }
}

/** The PostgreSQL inside PGlite. Only this major version can read its files. */
const EMBEDDED_MAJOR = '18';
