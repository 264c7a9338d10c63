/** Fills a migrated database with people, by COPY, in one transaction: killed half-way, it leaves nothing. */
import { randomBytes } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { rowsOf, TABLES } from './people.mjs';

export const PASSWORD = 'a lighthouse keeper counts ships';

const CHUNK = 2000;

/**
 * @typedef {object} Target
 * @property {(text: string) => Promise<{ rows: any[] }>} query
 * @property {(table: string, columns: string, text: string) => Promise<void>} copy
 * @property {() => Promise<void>} close
 */

/**
 * @param {Target} target
 * @param {{ users: number, progress?: (step: string, done: number, of: number) => void }} options
 * @returns {Promise<import('./people.mjs').Run>} with what is needed to sign in as one of them
 */
export async function populate(target, { users, progress = () => {} }) {
  const run = {
    tag: randomBytes(3).toString('hex'),
    key: randomBytes(32).toString('hex'),
    hash: await hash(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 }),
    users,
    now: Date.now(),
  };
  await target.query('begin');
  // What refers to what is known to fit. Only a superuser may say so; for others each row is checked.
  await target.query('savepoint trust');
  await target
    .query('set local session_replication_role = replica')
    .catch(() => target.query('rollback to savepoint trust'));
  await target.query(`set local maintenance_work_mem = '512MB'`);
  await target.query('alter table users disable trigger users_keep_last_login');
  const indexes = (await target.query(INDEXES)).rows;
  for (const { name } of indexes) await target.query(`drop index ${name}`);
  let copied = Promise.resolve();
  for (let from = 0; from < users; from += CHUNK) {
    const to = Math.min(from + CHUNK, users);
    // The next rows are made while the last are on their way.
    const rows = rowsOf(run, from, to);
    await copied;
    copied = copyAll(target, rows).then(() => progress('people', to, users));
    copied.catch(() => {});
  }
  await copied;
  for (const [done, { name, definition, columns }] of indexes.entries()) {
    progress('indexes', done, indexes.length);
    await target.query(definition);
    for (const column of columns) await target.query(`alter index ${name} alter column ${column}`);
  }
  progress('indexes', indexes.length, indexes.length);
  await target.query('alter table users enable trigger users_keep_last_login');
  await target.query('commit');
  const tables = Object.keys(TABLES);
  for (const [done, table] of tables.entries()) {
    progress('statistics', done, tables.length);
    await target.query(`vacuum (analyze) ${table}`);
  }
  progress('statistics', tables.length, tables.length);
  return run;
}

/** @param {string} url @returns {Promise<Target>} */
export async function openServer(url) {
  const client = new pg.Client({ connectionString: url, statement_timeout: 0 });
  await client.connect();
  return {
    query: (text) => client.query(text),
    copy: (table, columns, text) =>
      new Promise((resolve, reject) => {
        const stream = client.query(copyFrom(`copy ${table} (${columns}) from stdin`));
        stream.on('finish', resolve).on('error', reject);
        stream.end(text);
      }),
    close: () => client.end(),
  };
}

/** @param {import('@electric-sql/pglite').PGlite} pglite @returns {Target} */
export function embeddedTarget(pglite) {
  return {
    query: (text) => pglite.query(text),
    copy: async (table, columns, text) => {
      await pglite.query(`copy ${table} (${columns}) from '/dev/blob'`, [], { blob: new Blob([text]) });
    },
    close: async () => {},
  };
}

/** @param {Target} target @param {import('./people.mjs').Rows} rows */
async function copyAll(target, rows) {
  for (const [table, columns] of Object.entries(TABLES)) await target.copy(table, columns, Reflect.get(rows, table));
}

/** Built at once when all rows are there, they cost a fraction; what constraints need stays. Statistics targets are in no definition. */
const INDEXES = `
select quote_ident(i.schemaname) || '.' || quote_ident(i.indexname) as name, i.indexdef as definition,
       array(select a.attnum || ' set statistics ' || a.attstattarget from pg_attribute a
              where a.attrelid = (quote_ident(i.schemaname) || '.' || quote_ident(i.indexname))::regclass
                and a.attstattarget >= 0) as columns
  from pg_indexes i
 where i.schemaname = current_schema() and i.tablename in (${Object.keys(TABLES)
   .map((table) => `'${table}'`)
   .join(', ')})
   and not exists (select from pg_constraint c where c.conindid = (quote_ident(i.schemaname) || '.' || quote_ident(i.indexname))::regclass)`;
