/**
 * node scripts/with-services.mjs COMMAND…: runs it with DATABASE_URL (a database of its own, dropped afterwards),
 * REDIS_URL and REDIS_PREFIX set, on the services that `npm test` would use. Exits with the command's status.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { findPostgres, findRedis, forgetKeys } from './test-services.mjs';

const [postgres, redis] = await Promise.all([findPostgres(), findRedis()]);
const name = `sallyport_test_${Date.now().toString(36)}_${randomBytes(3).toString('hex')}`;
const [command = 'true', ...args] = process.argv.slice(2);

/** @type {import('node:child_process').ChildProcess | undefined} */
let child;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => child?.kill(signal));

try {
  if (!postgres.url) throw new Error(`No PostgreSQL: ${postgres.what}`);
  if (!redis.url) throw new Error(`No Redis: ${redis.what}`);
  console.log(`${postgres.what}; ${redis.what}`);
  await asAdmin(`CREATE DATABASE "${name}"`);
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  const env = { ...process.env, DATABASE_URL: url.href, REDIS_URL: redis.url, REDIS_PREFIX: `${name}:` };
  child = spawn(command, args, { stdio: 'inherit', env });
  process.exitCode = await new Promise((resolve, reject) => {
    child?.on('error', reject).on('close', (status) => resolve(status ?? 1));
  });
  await asAdmin(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
  await forgetKeys(redis.url, `${name}:`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await Promise.all([postgres.stop(), redis.stop()]);
}

/** @param {string} statement */
async function asAdmin(statement) {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(statement);
  await client.end();
}
