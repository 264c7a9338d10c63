import pg from 'pg';
import { DatabaseError } from './database-error.js';

interface Seen {
  pid: number;
  encoding: string;
  folds: boolean;
  migrated: boolean;
  writable: boolean;
  may_create_tables: boolean;
  may_create_schemas: boolean;
  has_queue: boolean;
  trigrams: 'installed' | 'available' | 'missing';
}

const LOOK = `
select pg_backend_pid() as pid, current_setting('server_encoding') as encoding,
       lower('I') = 'i' and upper('i') = 'I' as folds,
       to_regclass('users') is not null as migrated,
       coalesce(has_table_privilege(to_regclass('users'), 'select')
            and has_table_privilege(to_regclass('users'), 'insert')
            and has_table_privilege(to_regclass('users'), 'update')
            and has_table_privilege(to_regclass('users'), 'delete'), true)
       and coalesce(has_sequence_privilege(to_regclass('audit_events_seq'), 'usage'), true)
       and case has_schema_privilege(to_regnamespace('pgboss'), 'usage')
             when true then coalesce(has_table_privilege(to_regclass('pgboss.job'), 'insert'), true)
             when false then false else true end
       and (select coalesce(bool_and(has_function_privilege(oid, 'execute')), true) from pg_proc
             where pronamespace = to_regnamespace(current_schema()) and proname in ('purge_audit_seal', 'redact_audit_events')) as writable,
       coalesce(has_schema_privilege(current_schema(), 'create'), false) as may_create_tables,
       has_database_privilege(current_database(), 'create') as may_create_schemas,
       to_regnamespace('pgboss') is not null as has_queue,
       case when exists (select from pg_extension where extname = 'pg_trgm') then 'installed'
            when exists (select from pg_available_extensions where name = 'pg_trgm') then 'available'
            else 'missing' end as trigrams`;

/**
 * Checks the requirements of a server on separate connections, before a pool changes any session. Throws `DatabaseError`. A server that
 * does not migrate (MIGRATIONS=manual) need not have the rights to.
 */
export async function checkServer(connecting: pg.ClientConfig, { migrates }: { migrates: boolean }): Promise<void> {
  await connected(connecting, async (client) => {
    const { rows } = await client.query<Seen>(LOOK);
    const seen = rows[0] as Seen;
    const problem = unfit(seen) ?? (migrates ? unableToMigrate(seen) : null);
    if (problem) throw new DatabaseError(problem);
    // A pooler invents the process id by which a client would cancel a statement.
    const behindPooler = (client as unknown as { processID: number | null }).processID !== seen.pid;
    if (behindPooler && (await sharesConnections(connecting, client, seen.pid))) throw new DatabaseError(SHARED);
  });
}

function unfit(seen: Seen): string | null {
  if (seen.encoding !== 'UTF8')
    return `The database has the encoding ${seen.encoding}, in which not every name can be written. Create one with ENCODING 'UTF8' (create database … template template0 encoding 'UTF8'), and name it in DATABASE_URL.`;
  if (!seen.folds)
    return "The database has a locale in which the lower case of I is not i, so that IDA and ida would be two people. Create one with another locale (create database … template template0 locale 'C.UTF-8'), and name it in DATABASE_URL.";
  if (seen.migrated && !seen.writable)
    return `${ROLE} may not read and write the tables that are there. Connect as their owner, or let the owner run, after migration:up: ${GRANTS}`;
  if (seen.trigrams === 'missing')
    return 'The server lacks the extension pg_trgm, which the search for people needs. It comes with PostgreSQL: install its contrib package (postgresql-contrib).';
  return null;
}

function unableToMigrate(seen: Seen): string | null {
  if (!seen.migrated && !seen.may_create_tables)
    return `${ROLE} may not create tables. Connect as the owner of the database, or: grant create on schema public to that role.`;
  if (!seen.has_queue && !seen.may_create_schemas)
    return `${ROLE} may not create the schema pgboss, which holds the job queue. Connect as the owner of the database, or: grant create on database … to that role.`;
  if (seen.trigrams === 'available' && !seen.may_create_schemas)
    return `${ROLE} may not install the extension pg_trgm, which the search for people needs. Let an administrator do it once: create extension pg_trgm.`;
  return null;
}

const ROLE = 'The role of DATABASE_URL';
const GRANTS =
  'grant usage on schema public, pgboss to THE_ROLE; ' +
  'grant select, insert, update, delete on all tables in schema public, pgboss to THE_ROLE; ' +
  'grant usage on all sequences in schema public, pgboss to THE_ROLE; ' +
  'grant execute on function purge_audit_seal, redact_audit_events to THE_ROLE;';

const SHARED =
  'DATABASE_URL leads to a pooler that gives each transaction another connection. Locks and settings of a session are lost there: set its pool_mode to session, or name PostgreSQL itself.';

/**
 * Whether a second client gets the first one's connection while that is still connected (transaction pooling reuses the one that became
 * free last), or the first one is moved to another (it uses them in turn).
 */
async function sharesConnections(connecting: pg.ClientConfig, first: pg.Client, pid: number): Promise<boolean> {
  return connected(connecting, async (second) => {
    await second.query('begin');
    const { rows } = await second.query<{ pid: number }>(WHO);
    // If the pooler has a single connection, the first client must not wait for it.
    await second.query('rollback');
    if (rows[0]?.pid === pid) return true;
    for (let again = 0; again < 3; again += 1)
      if ((await first.query<{ pid: number }>(WHO)).rows[0]?.pid !== pid) return true;
    return false;
  });
}

const WHO = 'select pg_backend_pid() as pid';

async function connected<Result>(
  connecting: pg.ClientConfig,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ ...connecting, query_timeout: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    void client.end().catch(() => {});
  }
}
