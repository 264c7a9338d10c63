import { rmSync } from 'node:fs';
import { afterAll, jest, test } from '@jest/globals';
import { lintPackage, pack, packageFolder } from '../../support/npm-package.js';

jest.setTimeout(180_000);

const folder = packageFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('it packs, and publint and attw find nothing', () => {
  const [tarball = ''] = pack(folder, 'guard');
  lintPackage(tarball, folder);
});
