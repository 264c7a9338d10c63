/** The processes that are measured, and what the operating system knows of them. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './services.mjs';

const root = join(import.meta.dirname, '..');

/** The server has the first core, everything else the others; where there is no taskset, the system decides. */
export const canPin =
  spawnSync('taskset', ['-c', '0', 'true'], { stdio: 'ignore' }).status === 0 && availableParallelism() > 1;

/**
 * @typedef {object} Server
 * @property {string} url of /graphql
 * @property {number} startedIn milliseconds from spawn to the first answered operation
 * @property {() => number} cpu seconds of processor time so far, all processes and threads
 * @property {() => number} memory resident MiB
 * @property {() => Promise<number>} kept the same when the garbage is collected, of a process that does so at SIGUSR2
 * @property {() => Promise<void>} stop
 */

/**
 * @param {string} script
 * @param {Record<string, string | undefined>} env
 * @param {{ cores?: string | null, log?: string, execArgv?: string[] }} [options] `cores`: as taskset takes them; null: all
 * @returns {Promise<Server>}
 */
export async function startServer(script, env, { cores = '0', log = '/dev/null', execArgv = [] } = {}) {
  const port = await freePort();
  const command = [process.execPath, ...execArgv, join(root, script)];
  const pinned = canPin ? ['taskset', '-c', cores ?? `0-${availableCores() - 1}`, ...command] : command;
  const out = openSync(log, 'a');
  const begun = performance.now();
  const child = spawn(pinned[0] ?? '', pinned.slice(1), {
    stdio: ['ignore', out, out],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env, PORT: `${port}`, HOST: '127.0.0.1' },
  });
  closeSync(out);
  const url = `http://127.0.0.1:${port}/graphql`;
  try {
    await firstAnswer(url, child);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  const startedIn = performance.now() - begun;
  const pid = child.pid ?? 0;
  return {
    url,
    startedIn,
    cpu: () => family(pid).reduce((sum, one) => sum + cpuOf(one), 0),
    memory: () => family(pid).reduce((sum, one) => sum + residentOf(one), 0),
    async kept() {
      // Twice: the first runs finalizers, whose garbage goes with the second. V8 gives pages back a little later.
      for (let times = 0; times < 2; times += 1) {
        child.kill('SIGUSR2');
        await sleep(1000);
      }
      return residentOf(pid);
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await Promise.race([ended, sleep(10_000).then(() => child.kill('SIGKILL'))]);
    },
  };
}

/** @param {string} url @param {import('node:child_process').ChildProcess} child */
async function firstAnswer(url, child) {
  for (const deadline = performance.now() + 30_000; performance.now() < deadline;) {
    if (child.exitCode !== null) throw new Error(`the server ended with exit code ${child.exitCode} (see --log)`);
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{ __typename }"}',
      });
      if ((await answer.text()).includes('"Query"')) return;
    } catch {
      // Nothing listens yet.
    }
    await sleep(5);
  }
  throw new Error('the server did not answer within 30 s (see --log)');
}

function availableCores() {
  return readdirSync('/sys/devices/system/cpu').filter((name) => /^cpu\d+$/.test(name)).length;
}

/** The process and its children (workers). @param {number} pid @returns {number[]} */
function family(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
    return [pid, ...children.flatMap(family)];
  } catch {
    return [];
  }
}

/** utime + stime of proc(5), in seconds; the kernel counts in hundredths. @param {number} pid */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** @param {number} pid */
function residentOf(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}
