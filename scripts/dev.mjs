/** `npm run dev`: compiles on every change, and restarts the server when a compiled file it has loaded changes. */
import { spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

// Goes on when it fails: the compiler says what is wrong, and the server starts with the next good change.
spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root, stdio: 'inherit' });

const compiler = run(
  join(root, 'node_modules/typescript/bin/tsc'),
  '-p',
  'tsconfig.build.json',
  '--watch',
  '--preserveWatchOutput',
);
const server = run(
  '--watch',
  '--watch-preserve-output',
  '--enable-source-maps',
  join(root, 'dist/src/main.js'),
  ...process.argv.slice(2),
);

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => [compiler, server].forEach((child) => child.kill(signal)));
}
// One without the other is of no use.
for (const child of [compiler, server]) {
  child.on('close', (code) => {
    process.exitCode ||= code ?? 0;
    [compiler, server].forEach((other) => other.kill());
  });
}

/** @param {string[]} args */
function run(...args) {
  return spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
}
