/**
 * `npm run build`: compiles to dist/, copies what is not TypeScript, removes what no longer has a source (a migration
 * deleted from the tree must not run from dist/), and bundles what a start loads. Nothing is missing in between, so that a
 * server that is running from dist/ can still load a worker.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');

const compiled = spawnSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

const assets = globSync('{src,migrations}/**/*', { cwd: root }).filter(
  (file) => !file.endsWith('.ts') && statSync(join(root, file)).isFile(),
);
for (const asset of assets) cpSync(join(root, asset), join(dist, asset), { preserveTimestamps: true });

const kept = new Set(assets);
for (const file of globSync('{src,migrations}/**/*.{js,js.map,json,mjs,eta,html,css,sql}', { cwd: dist })) {
  const source = file.replace(/\.js(\.map)?$/, '.ts');
  if (!kept.has(file) && !existsSync(join(root, source))) rmSync(join(dist, file));
}

await bundle();
