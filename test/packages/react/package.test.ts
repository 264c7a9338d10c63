import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import {
  compile,
  compileSamples,
  installed,
  lintPackage,
  pack,
  packageFolder,
  run,
} from '../../support/npm-package.js';
import { reactBundle } from '../../support/react-app.js';

jest.setTimeout(180_000);

let folder: string;
let tarball: string;
let project: string;

beforeAll(() => {
  folder = packageFolder();
  const [client = '', react = ''] = pack(folder, 'client', 'react');
  tarball = react;
  project = installed(folder, client, react);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('publint and attw find nothing', () => lintPackage(tarball, folder));

test('it installs in a fresh project, type-checks there, and does nothing when it is imported', () => {
  writeFileSync(join(project, 'use.ts'), USE);
  compile(project, ['use.ts'], ['--lib', 'es2023', '--skipLibCheck']);
  expect(run(process.execPath, ['use.js'], project)).toBe('still\n');
});

test.each(['docs/frontends/react.md', 'docs/impersonation.md'])('the samples of %s compile', (path) =>
  compileSamples(project, path),
);

test('it adds 5 kB to a page at most, and a page pays for what it uses', () => {
  const size = (file: string) => gzipSync(reactBundle(file, '19', 'browser', 'minify'), { level: 9 }).length;
  const [nothing, session, all] = [size('without-hooks.ts'), size('session-alone.ts'), size('all-hooks.ts')];
  expect(session - nothing).toBeLessThanOrEqual(1500);
  expect(all - nothing).toBeLessThanOrEqual(5000);
});

const USE = `
import { isRefusal } from '@sallyport/client';
const before = Object.keys(globalThis).length;
Object.assign(globalThis, { fetch: () => console.log('it asks'), setTimeout: () => console.log('it waits') });
const { SallyportProvider, useFactors, useImpersonator, useOperation, useSession, useSignIn } = await import('@sallyport/react');

export function useAll() {
  const session = useSession();
  const signIn = useSignIn({ passkeyAutofill: true });
  const remove = useOperation((sallyport, password: string) => sallyport.deleteAccount({ password }));
  // @ts-expect-error The password is a string.
  void remove.run(7);
  // @ts-expect-error Not without a password.
  void signIn.login({ identifier: 'ada' });
  const by: string | null | undefined = useImpersonator()?.displayName;
  if (by) return by;
  const left: number = useFactors().recoveryCodesLeft;
  if (isRefusal(signIn.error, 'RATE_LIMITED')) return signIn.error.extensions.retryAfter;
  return session.status === 'signedIn' ? session.user.id : left;
}
console.log(Object.keys(globalThis).length === before && SallyportProvider.length === 1 ? 'still' : 'it has done something');
`;
