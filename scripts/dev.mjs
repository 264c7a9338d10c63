/**
 * `npm run dev`: builds and restarts the server on every change under src/ and migrations/. What does not compile is
 * told, and the server from before goes on.
 */
import { spawn, spawnSync } from 'node:child_process';
import { globSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SETTLED = 150;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** @type {import('node:child_process').ChildProcess | undefined} */
let server;
let stopping = false;
/** @type {NodeJS.Timeout | undefined} */
let timer;
/** Restarts wait for each other. */
let turn = restart();

/** @type {Set<string>} */
const watched = new Set();
watchFolders();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    stopping = true;
    void stop().then(() => process.exit());
  });
}

/** Each folder by itself: a recursive watch loses a file that an editor has replaced (on Linux). */
function watchFolders() {
  for (const folder of ['.', ...globSync('{src,migrations}/**/', { cwd: root })]) {
    if (watched.has(folder)) continue;
    watched.add(folder);
    watch(join(root, folder), (_event, file) => {
      if (folder === '.' && file !== 'mikro-orm.config.ts' && file !== '.env') return;
      watchFolders();
      // An editor writes a file in several steps: build once they have settled.
      clearTimeout(timer);
      timer = setTimeout(() => {
        turn = turn.then(restart);
      }, SETTLED);
    });
  }
}

async function restart() {
  const built = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root, stdio: 'inherit' });
  if (built.status !== 0 || stopping) return;
  await stop();
  const args = ['--enable-source-maps', join(root, 'dist/src/main.js'), ...process.argv.slice(2)];
  server = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** @returns {Promise<void>} once the server has let go of its port and its data folder */
function stop() {
  const running = server;
  if (!running || running.exitCode !== null || running.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    running.on('close', () => resolve());
    running.kill('SIGTERM');
  });
}
