/** The test bed: services, keys, people, and both servers as they are started for every measurement. */
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPopulation } from './people.mjs';
import { startServer } from './servers.mjs';
import { startServices } from './services.mjs';

const root = join(import.meta.dirname, '..');

/** @typedef {Omit<import('./load.mjs').Job, 'url' | 'people'>} Ask */
/**
 * @typedef {object} Outcome
 * @property {number} answered
 * @property {number} refused with SERVICE_UNAVAILABLE and retryAfter
 * @property {number} slowestRefusal milliseconds
 * @property {Record<string, number>} failures
 * @property {number} perSecond
 * @property {number} p50 milliseconds
 * @property {number} p99 milliseconds
 * @property {number} max milliseconds
 */
/** @typedef {Awaited<ReturnType<typeof createBed>>} Bed */

/** As `npm start` has it. */
const FLAGS = ['--max-semi-space-size=16'];

/** @param {{ rsa?: boolean, log?: string, profile?: string }} [options] `profile`: a folder for CPU profiles */
export async function createBed({ rsa = false, log, profile } = {}) {
  const execArgv = profile ? [...FLAGS, '--cpu-prof', `--cpu-prof-dir=${profile}`] : FLAGS;
  const services = await startServices();
  const { databaseUrl, redisUrl, scratch } = services;
  const keysDir = join(scratch, 'keys');
  const made = spawnSync(process.execPath, [
    join(root, 'dist/src/main.js'),
    'keys',
    '--dir',
    keysDir,
    ...(rsa ? ['--rsa'] : []),
  ]);
  if (made.status !== 0) throw new Error(`keys: ${made.stdout.toString()}`);
  const publicUrl = 'https://auth.example.com';
  /** Production with its defaults; only the limits are lifted, since all of the load comes from one address. */
  const env = {
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    KEYS_DIR: keysDir,
    PUBLIC_URL: publicUrl,
    MAIL_FROM: 'no-reply@example.com',
    LIMITS_FACTOR: '1000000',
  };
  /** @param {{ cores?: string | null, env?: Record<string, string | undefined>, execArgv?: string[] }} [how] */
  const ours = ({ cores, env: more, execArgv: flags = [] } = {}) =>
    startServer('dist/src/main.js', { ...env, ...more }, { log, execArgv: [...execArgv, ...flags], cores });
  /** The first start migrates. */
  await (await ours()).stop();
  const population = await createPopulation({ databaseUrl, keysDir, publicUrl });
  let jobs = 0;
  /** @type {import('./servers.mjs').Server[]} */
  const started = [];
  const kept = async (/** @type {Promise<import('./servers.mjs').Server>} */ starting) => {
    const server = await starting;
    started.push(server);
    return server;
  };

  return {
    scratch,
    ours: (/** @type {Parameters<typeof ours>} */ ...how) => kept(ours(...how)),
    baseline: () => kept(startServer('bench/baseline.mjs', env, { log })),
    sessions: population.sessions,
    administrators: population.administrators,
    stopRedis: services.stopRedis,
    startRedis: services.startRedis,
    /**
     * Answers when the load is over.
     * @param {string} url
     * @param {Ask & { people: import('./people.mjs').Person[] }} ask
     * @returns {Promise<Outcome>}
     */
    async load(url, ask) {
      const file = join(scratch, `job-${(jobs += 1)}.json`);
      writeFileSync(file, JSON.stringify({ ...ask, url }));
      const outcome = JSON.parse(await run('bench/load.mjs', file));
      const wrong = Object.entries(outcome.failures);
      if (wrong.length > 0)
        throw new Error(`${ask.operation} failed: ${wrong.map(([what, count]) => `${count} × ${what}`).join('; ')}`);
      return outcome;
    },
    /** @returns {Promise<{ perSecond: number, cpu: number }>} argon2id alone, on the server's core */
    rawHashes: async (/** @type {number} */ seconds) =>
      JSON.parse(await run('bench/raw-argon2.mjs', `${seconds}`, { core: '0' })),
    async close() {
      await Promise.all(started.map(({ stop }) => stop()));
      await population.close();
      await services.stop();
    },
  };
}

/** @param {string} script @param {string} argument @param {{ core?: string }} [where] @returns {Promise<string>} */
function run(script, argument, { core } = {}) {
  const command = [process.execPath, join(root, script), argument];
  const [file = '', ...args] = core ? ['taskset', '-c', core, ...command] : command;
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  return new Promise((resolve, reject) => {
    child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`${script} ended with ${code}`))));
  });
}
