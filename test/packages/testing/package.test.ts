import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
import { root } from '../../support/source-tree.js';

jest.setTimeout(180_000);

let folder: string;
let tarballs: string[];
let project: string;

beforeAll(() => {
  folder = packageFolder();
  tarballs = pack(folder, 'client', 'testing');
  project = installed(folder, ...tarballs);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('publint and attw find nothing', () => lintPackage(tarballs[1]!, folder));

test('it installs beside the client, takes a CDP session of Playwright, and runs in Node', () => {
  writeFileSync(join(project, 'use.ts'), USE);
  compile(project, ['use.ts'], ['--lib', 'es2023', '--skipLibCheck', 'false', '--noEmit']);
  writeFileSync(join(project, 'playwright.ts'), PLAYWRIGHT);
  compile(project, ['use.ts', 'playwright.ts'], ['--lib', 'es2023,dom', '--skipLibCheck']);
  expect(run(process.execPath, ['use.js'], project)).toBe('287082\n');
});

test.each(['docs/frontends/testing.md', 'packages/testing/README.md'])('the TypeScript of %s compiles', (path) =>
  compileSamples(project, path, ['@playwright/test']),
);

const USE = `
import { createTestClient, totp, type TestUser } from '@sallyport/testing';

const client = createTestClient({ url: 'http://localhost:4000', code: '1234567' });
export const ada = (): Promise<TestUser> => client.signUp({ displayName: 'Ada', app: true });
export const token = async (): Promise<string | null> => (await ada()).sallyport.getAccessToken();
// @ts-expect-error A test user has an address.
export const wrong = () => client.signIn({ password: 'violet' });

console.log(await totp('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 59_000));
`;

/** What is given to Playwright is what its own types want, and the other way round. */
const PLAYWRIGHT = `
import type { BrowserContext, Page } from '${join(root, 'node_modules/playwright-core')}/index.js';
import { addVirtualAuthenticator, createTestClient, type TestUser } from '@sallyport/testing';

const client = createTestClient({ url: 'http://localhost:4000' });
export const signIn = async (context: BrowserContext, user: TestUser): Promise<void> =>
  context.addCookies(await client.signInCookies(user));
export const authenticator = async (context: BrowserContext, page: Page) =>
  addVirtualAuthenticator(await context.newCDPSession(page));
`;
