/**
 * `npm test [-- jest's arguments]`: finds the services, builds, runs jest, cleans up, and says in the last lines what was
 * used, what did not run and why. The last line stands alone: `N passed, N failed[, N skipped]`.
 *
 * TEST_DATABASE_URL, TEST_REDIS_URL   servers to use instead of the standard local ports
 * REQUIRE_SERVICES=1                  a missing service, or anything that did not run for want of one, is a failure
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { findPostgres, findRedis, forgetKeys } from './test-services.mjs';

const PREFIX = 'sallyport_test_';
const STALE = 12 * 60 * 60 * 1000;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const args = process.argv.slice(2);
const required = process.env.REQUIRE_SERVICES === '1';
const run = `${PREFIX}${Date.now().toString(36)}_${randomBytes(3).toString('hex')}`;
const scratch = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
const resultFile = join(scratch, 'result.json');
const notRunFile = join(scratch, 'not-run');
const faultsFile = join(scratch, 'faults');

// Ctrl-C reaches jest by itself; this process stays to clean up behind it.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => jest?.kill(signal));

/** @type {import('node:child_process').ChildProcess | undefined} */
let jest;
const [postgres, redis] = await Promise.all([findPostgres(), findRedis()]);
const missing = [!postgres.url && `PostgreSQL: ${postgres.what}`, !redis.url && `Redis: ${redis.what}`].filter(Boolean);

const built = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root, stdio: 'inherit' });
if (built.status !== 0) console.error('The build failed: tests that start the server as a process cannot be trusted.');

// One file that does not compile must not stop the tests of another.
const blocked = (required && missing.length > 0) || (built.status !== 0 && args.length === 0);
const code = blocked ? 1 : await runJest();
await dropDatabases();
if (redis.url && !redis.own) await forgetKeys(redis.url, run);
await Promise.all([postgres.stop(), redis.stop()]);
process.exitCode = report(code);
rmSync(scratch, { recursive: true, force: true });

/** @returns {Promise<number>} jest's exit code */
function runJest() {
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  jest = spawn(process.execPath, [...flags, join(root, 'node_modules/jest/bin/jest.js'), ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      NODE_ENV: 'test',
      TEST_RUN: run,
      TEST_DATABASE_URL: postgres.url ?? '',
      TEST_DATABASE_SOCKET: postgres.socket ?? '',
      TEST_REDIS_URL: redis.url ?? '',
      TEST_NOT_RUN: notRunFile,
      TEST_RESULT: resultFile,
      TEST_SCRATCH: scratch,
      TEST_FAULTS: faultsFile,
    },
  });
  return new Promise((resolve) => jest?.on('close', (status) => resolve(status ?? 1)));
}

/** Drops this run's databases, and what runs that were killed have left behind. */
async function dropDatabases() {
  if (!postgres.url || postgres.own) return;
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const { rows } = await client.query('SELECT datname FROM pg_database WHERE datname LIKE $1', [`${PREFIX}%`]);
  for (const { datname } of rows) {
    const startedAt = parseInt(datname.slice(PREFIX.length).split('_')[0], 36);
    if (!datname.startsWith(run) && !(startedAt < Date.now() - STALE)) continue;
    await client.query(`DROP DATABASE IF EXISTS "${datname}" WITH (FORCE)`).catch(() => {});
  }
  await client.end();
}

/**
 * @param {number} code
 * @returns {number} the exit code
 */
function report(code) {
  if (existsSync(faultsFile)) console.log(`\n${readFileSync(faultsFile, 'utf8').trim()}`);
  const notRun = existsSync(notRunFile) ? readFileSync(notRunFile, 'utf8').trim().split('\n') : [];
  console.log(`\nServices: ${postgres.url ? postgres.what : 'no PostgreSQL'}; ${redis.url ? redis.what : 'no Redis'}.`);
  for (const line of missing) console.log(`${required ? 'Missing' : 'Not run against'} ${line}`);
  for (const line of new Set(notRun)) console.log(`Not run: ${line}`);
  if (built.status !== 0) console.log('The build failed.');

  const result = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, 'utf8')) : undefined;
  const passed = result?.numPassedTests ?? 0;
  const skipped = (result?.numPendingTests ?? 0) + (result?.numTodoTests ?? 0);
  let failed = (result?.numFailedTests ?? 0) + (result?.numRuntimeErrorTestSuites ?? 0);
  if (required && notRun.length > 0) console.log('REQUIRE_SERVICES=1: what did not run counts as failed.');
  if (required) failed += new Set(notRun).size;
  if ((code !== 0 || built.status !== 0) && failed === 0) failed = 1;
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed > 0 ? 1 : code;
}
