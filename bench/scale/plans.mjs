/** The statements behind an operation, as the gateway sends them, and how PostgreSQL carries them out. */
import 'reflect-metadata';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { OPERATIONS } from './operations.mjs';
import { ask } from './places.mjs';

const root = join(import.meta.dirname, '../..');
const compiled = (/** @type {string} */ path) => import(pathToFileURL(join(root, 'dist', path)).href);
const BIG = ['users', 'last_logins', 'passwords', 'user_roles', 'sessions', 'refresh_tokens', 'audit_events'];

/** @typedef {{ operation: string, statements: { text: string, plan: string }[] }} Explained */

/**
 * Starts a gateway in this process, whose statements can be overheard, and explains those of each operation.
 * @param {import('./operations.mjs').Place & { env: Record<string, string>, databaseUrl: string }} place
 * @returns {Promise<Explained[]>}
 */
export async function explainAll(place) {
  const [{ createGateway }, { loadConfig }, { createLog }] = await Promise.all([
    compiled('src/gateway.js'),
    compiled('src/config/config.js'),
    compiled('src/platform/log.js'),
  ]);
  const config = { ...loadConfig(place.env), port: 0, host: '127.0.0.1' };
  const gateway = await createGateway({ config, log: createLog({ ...config, logLevel: 'error' }) });
  const client = new pg.Client({ connectionString: place.databaseUrl });
  await client.connect();
  try {
    const explained = [];
    for (const [operation, request] of Object.entries(OPERATIONS)) {
      const heard = await overhear(() => ask(`${gateway.url}/graphql`, request(place)));
      const statements = [];
      for (const { text, values } of heard) statements.push({ text, plan: await explain(client, text, values) });
      explained.push({ operation, statements });
    }
    return explained;
  } finally {
    await client.end();
    await gateway.close();
  }
}

/** The big tables that a plan reads from end to end. @param {string} plan */
export function sequentialScans(plan) {
  return BIG.filter((table) => new RegExp(`Seq Scan on (\\w+\\.)?${table}\\b`).test(plan));
}

/** @typedef {Record<string, { scans: number, updates: number, hot: number }>} Counts */

/**
 * Of each big table, by any client: how often it was read from end to end so far, how many rows were updated, and how many of
 * those without writing an index (HOT).
 * @param {string} databaseUrl
 * @returns {Promise<Counts>}
 */
export async function countsSoFar(databaseUrl) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query(
    `select relname, seq_scan::int as scans, n_tup_upd::int as updates, n_tup_hot_upd::int as hot
       from pg_stat_user_tables where relname = any($1)`,
    [BIG],
  );
  await client.end();
  return Object.fromEntries(rows.map(({ relname, ...counts }) => [relname, counts]));
}

/** @param {() => Promise<unknown>} work */
async function overhear(work) {
  /** @type {{ text: string, values: unknown[] }[]} */
  const heard = [];
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function (/** @type {any[]} */ ...args) {
    const [first, second] = args;
    const text = typeof first === 'string' ? first : first?.text;
    const values = first?.values ?? (Array.isArray(second) ? second : []);
    const known = heard.some((one) => one.text === text);
    if (!known && /^\s*(select|with|insert|update|delete)\b/i.test(text ?? '') && !/pgboss/.test(text))
      heard.push({ text, values });
    return Reflect.apply(query, this, args);
  };
  try {
    await work();
    return heard;
  } finally {
    pg.Client.prototype.query = query;
  }
}

/** Reads are carried out and counted, writes only planned. @param {pg.Client} client @param {string} text @param {unknown[]} values */
async function explain(client, text, values) {
  const reads = !/\b(insert|update|delete)\b/i.test(text);
  const options = reads ? 'analyze, buffers, timing off, summary off' : 'costs off';
  const { rows } = await client.query(`explain (${options}) ${text}`, values);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}
