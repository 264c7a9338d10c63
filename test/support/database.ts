import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface TestDatabase {
  url: string;
  /** By TCP in any case, for a test that stands in between. */
  tcpUrl: string;
  /** One statement on a connection of its own: for arranging what no operation can, and for looking behind the scenes. */
  sql<Row = Record<string, unknown>>(text: string, params?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

const server = process.env.TEST_DATABASE_URL ?? '';
const run = process.env.TEST_RUN ?? '';
/** Of the run's own server: a sixth of the processor time goes into TCP. */
const socket = process.env.TEST_DATABASE_SOCKET;

/**
 * A migrated database of the caller's own: a copy of the run's template, which the first caller makes through the
 * product's migrations. Drop it when done; what is forgotten is dropped at the end of the run.
 */
export async function cloneDatabase(): Promise<TestDatabase> {
  // Copying files costs a third of copying pages; versions before 15 know no other way.
  const { name, version } = await template();
  return createDatabase(`TEMPLATE "${name}" ${version >= 150_000 ? 'STRATEGY file_copy' : ''}`);
}

/** A database without a single table. */
export async function emptyDatabase(): Promise<TestDatabase> {
  return createDatabase('');
}

async function createDatabase(from: string): Promise<TestDatabase> {
  const name = `${run}_${randomBytes(4).toString('hex')}`;
  await asAdmin((admin) => admin.query(`CREATE DATABASE "${name}" ${from}`));
  const url = urlOf(name);
  // A new connection costs as much as ten statements.
  const pool = new pg.Pool({ connectionString: url, max: 1, idleTimeoutMillis: 10_000, allowExitOnIdle: true });
  // The database may go away beneath an idle connection when a test drops it.
  pool.on('error', () => {});
  return {
    url,
    tcpUrl: tcpUrlOf(name),
    sql: async <Row>(text: string, params: unknown[] = []) => (await pool.query(text, params)).rows as Row[],
    drop: async () => {
      await pool.end();
      await asAdmin((admin) => admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`));
    },
  };
}

/** Makes the template unless a sibling worker has; renamed last, so that a half-made one is never copied. */
function template(): Promise<{ name: string; version: number }> {
  const name = `${run}_template`;
  return asAdmin(async (admin) => {
    const { rows } = await admin.query(`SELECT current_setting('server_version_num')::int AS version`);
    const made = { name, version: rows[0].version as number };
    await admin.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name]);
    const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount) return made;
    await admin.query(`DROP DATABASE IF EXISTS "${name}_raw"`);
    await admin.query(`CREATE DATABASE "${name}_raw"`);
    await migrateTo(urlOf(`${name}_raw`));
    await admin.query(`ALTER DATABASE "${name}_raw" RENAME TO "${name}"`);
    return made;
  });
}

async function migrateTo(url: string): Promise<void> {
  const [{ openTestDatabase }, { migrate }, { JUDGE_DETAILS }] = await Promise.all([
    import('./open-test-database.js'),
    import('../../src/platform/database.js'),
    import('./checked-details.js'),
  ]);
  const database = await openTestDatabase(url);
  try {
    await migrate(database);
    for (const statement of JUDGE_DETAILS) await database.sql('', statement, []);
  } finally {
    await database.close();
  }
}

async function asAdmin<Result>(work: (admin: pg.Client) => Promise<Result>): Promise<Result> {
  if (!server || !run) throw new Error('No PostgreSQL: run the tests by `npm test`, which finds or starts one.');
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

function urlOf(database: string): string {
  const { port, username } = new URL(server);
  return socket
    ? `postgresql://${username}@localhost/${database}?host=${encodeURIComponent(socket)}&port=${port}`
    : tcpUrlOf(database);
}

function tcpUrlOf(database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}
