/** Finds, or starts for the length of one run, the PostgreSQL and the Redis that the tests use. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import { quickFolder, startPostgres } from './own-postgres.mjs';

/**
 * @typedef {{ url?: string, socket?: string, what: string, own?: boolean, stop: () => Promise<void> }} Service
 * `url` is missing when there is none; `what` says, in words, what was found or why nothing was.
 */

const nothingToStop = async () => {};

/** @returns {Promise<Service>} a server where databases may be created */
export async function findPostgres() {
  const named = process.env.TEST_DATABASE_URL;
  if (named) {
    const version = await postgresVersion(named);
    const what = version ? `PostgreSQL ${version} (TEST_DATABASE_URL)` : 'TEST_DATABASE_URL does not answer';
    return { url: version && named, what, stop: nothingToStop };
  }
  // An own one first: without fsync a database is made in a tenth of the time, and no other work on the machine disturbs it.
  try {
    const { url, socket, origin, stop } = await startPostgres(await freePort(), {
      parent: quickFolder(),
      autovacuum: false,
    });
    const version = await answer(() => postgresVersion(url));
    if (version)
      return { url, socket, own: true, what: `PostgreSQL ${version} (this run's own, from ${origin})`, stop };
    await stop();
    return await standardPostgres('an own one does not answer');
  } catch (error) {
    return standardPostgres(`an own one does not start: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * @param {string} why there is no own one
 * @returns {Promise<Service>}
 */
async function standardPostgres(why) {
  for (const user of new Set(['postgres', 'root', userInfo().username])) {
    const url = `postgresql://${encodeURIComponent(user)}@127.0.0.1:5432/postgres`;
    const version = await postgresVersion(url);
    if (version) return { url, what: `PostgreSQL ${version} (127.0.0.1:5432 as ${user})`, stop: nothingToStop };
  }
  return { what: `${why}, and none answers on 127.0.0.1:5432`, stop: nothingToStop };
}

/** @returns {Promise<Service>} */
export async function findRedis() {
  const named = process.env.TEST_REDIS_URL;
  if (named) {
    const version = await redisVersion(named);
    const what = version ? `Redis ${version} (TEST_REDIS_URL)` : 'TEST_REDIS_URL does not answer';
    return { url: version && named, what, stop: nothingToStop };
  }
  const local = 'redis://127.0.0.1:6379';
  const version = await redisVersion(local);
  if (version) return { url: local, what: `Redis ${version} (127.0.0.1:6379)`, stop: nothingToStop };
  if (spawnSync('redis-server', ['--version']).status === 0) return startRedis();
  return { what: 'none answers on 127.0.0.1:6379, and there is no redis-server to start', stop: nothingToStop };
}

/** @param {string} url */
async function postgresVersion(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  try {
    await client.connect();
    const { rows } = await client.query(
      "SELECT current_setting('server_version') AS version, rolcreatedb FROM pg_roles WHERE rolname = current_user",
    );
    return rows[0].rolcreatedb ? String(rows[0].version).split(' ')[0] : undefined;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => {});
  }
}

/** @returns {Promise<Service>} */
async function startRedis() {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-test-redis-'));
  const port = await freePort();
  const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', dir];
  const server = spawn('redis-server', options, { stdio: 'ignore' });
  const stop = async () => {
    server.kill();
    rmSync(dir, { recursive: true, force: true });
  };
  const url = `redis://127.0.0.1:${port}`;
  const version = await answer(() => redisVersion(url));
  if (version) return { url, own: true, what: `Redis ${version} (this run's own)`, stop };
  await stop();
  return { what: 'redis-server does not start', stop: nothingToStop };
}

/** @param {string} url */
async function redisVersion(url) {
  const client = new Redis(url, { lazyConnect: true, connectTimeout: 2000, retryStrategy: () => null });
  client.on('error', () => {});
  try {
    await client.connect();
    return /redis_version:(\S+)/.exec(await client.info('server'))?.[1];
  } catch {
    return undefined;
  } finally {
    client.disconnect();
  }
}

/**
 * Asks until there is an answer, for ten seconds.
 *
 * @param {() => Promise<string | undefined>} ask
 */
async function answer(ask) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const version = await ask();
    if (version) return version;
    await sleep(100);
  }
  return undefined;
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/**
 * Removes every key that begins with `prefix`, so that a shared Redis is left as it was found.
 *
 * @param {string} url
 * @param {string} prefix
 */
export async function forgetKeys(url, prefix) {
  const client = new Redis(url, { maxRetriesPerRequest: 1 });
  client.on('error', () => {});
  try {
    for await (const keys of client.scanStream({ match: `${prefix}*`, count: 1000 })) {
      if (keys.length > 0) await client.unlink(...keys);
    }
  } finally {
    client.disconnect();
  }
}
