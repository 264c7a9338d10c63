/** `npm run check`: everything that can be judged without running the product. Goes on after a failure and names each. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** @type {[step: string, ...command: string[]][]} */
const steps = [
  ['types', 'npm', 'run', '--silent', 'types'],
  ['lint', 'npm', 'run', '--silent', 'lint'],
  ['format', 'npm', 'run', '--silent', 'format:check'],
  ['unused code', 'npm', 'run', '--silent', 'unused'],
  ['schema changes', 'npm', 'run', '--silent', 'schema:changes'],
  ['architecture', 'npm', 'test', '--silent', '--', 'test/architecture'],
];

const failed = steps.filter(([step, command = '', ...args]) => {
  const started = performance.now();
  console.log(`\n— ${step}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  console.log(`${status === 0 ? 'ok' : 'FAILED'}: ${step} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return status !== 0;
});

console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.map(([step]) => step).join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
