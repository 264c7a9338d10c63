/** Signing out everyone, while people sign in: last of all, since it leaves no session. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { OPERATIONS } from './operations.mjs';
import { ask } from './places.mjs';

const main = join(import.meta.dirname, '../../dist/src/main.js');

const { 'login by e-mail': signIn } = /** @type {Required<typeof OPERATIONS>} */ (OPERATIONS);

/**
 * @typedef {object} EndAll
 * @property {number} sessions that were ended
 * @property {number} users whose they were
 * @property {number} seconds that the command took
 * @property {number} memory its largest, resident MiB
 * @property {number} signIns that were answered meanwhile
 * @property {number} slowest of them, in milliseconds
 */

/**
 * @param {import('./places.mjs').Places['many']} place
 * @returns {Promise<EndAll>}
 */
export async function endAll(place) {
  const begun = performance.now();
  const child = spawn(process.execPath, [main, 'sessions:end-all', '--yes', '--json'], {
    env: { PATH: process.env.PATH, ...place.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const said = text(child.stdout);
  let [memory, signIns, slowest] = [0, 0, 0];
  while (child.exitCode === null) {
    memory = Math.max(memory, largestOf(child.pid ?? 0));
    const asked = performance.now();
    await ask(place.url, signIn(place));
    slowest = Math.max(slowest, performance.now() - asked);
    signIns += 1;
    await sleep(100);
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`sessions:end-all ended with exit code ${code}`);
  const { endedSessions, users } = JSON.parse(await said);
  return { sessions: endedSessions, users, seconds: (performance.now() - begun) / 1000, memory, signIns, slowest };
}

/** The most that it had so far, in MiB (proc(5)). @param {number} pid */
function largestOf(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
