import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { compile, installed, lintPackage, pack, packageFolder, run } from '../../support/npm-package.js';
import { root } from '../../support/source-tree.js';

jest.setTimeout(180_000);

const folder = packageFolder();
let tarball: string;
beforeAll(() => {
  [tarball = ''] = pack(folder, 'guard');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('publint and attw find nothing', () => lintPackage(tarball, folder));

test('it installs in a fresh project, type-checks there without DOM types, and runs in Node', () => {
  const project = installed(folder, tarball, join(root, 'node_modules/jose'));
  writeFileSync(join(project, 'use.ts'), USE);
  compile(project, ['use.ts'], ['--lib', 'es2023', '--skipLibCheck', 'false']);
  expect(run(process.execPath, ['use.js'], project)).toBe('UNAUTHENTICATED 401\n');
});

test('with jose inside it is 15 kB at most', () => {
  const bundling = ['scripts/page-bundle.mjs', 'packages/guard/src/guard.ts', '19', 'node', 'minify'];
  const code = execFileSync(process.execPath, bundling, { cwd: root });
  expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(15_000);
});

const USE = `
import { createGuard, type Guard, GuardError, requireScope } from '@sallyport/guard';
import { identify } from '@sallyport/guard/express';

export const guard = (): Guard =>
  createGuard({ issuer: 'http://localhost:4000', service: { name: 'orders', secret: 'x' } });
export const middleware = () => identify(guard());
// @ts-expect-error A guard has credentials.
export const wrong = () => createGuard({ issuer: 'http://localhost:4000' });
try {
  requireScope(null, 'orders:read');
} catch (error) {
  if (error instanceof GuardError) console.log(error.code, error.status);
}
`;
