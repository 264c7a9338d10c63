import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { clientBundles } from '../../support/client-bundle.js';
import {
  compile,
  compileSamples,
  installed,
  lintPackage,
  pack,
  packageFolder,
  run,
} from '../../support/npm-package.js';
import { readText, root } from '../../support/source-tree.js';

jest.setTimeout(180_000);

let folder: string;
let tarball: string;
let project: string;

beforeAll(() => {
  folder = packageFolder();
  [tarball = ''] = pack(folder, 'client');
  project = installed(folder, tarball);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the documents are those of schema.graphql and of documents/: else run `npm run client-documents`', () => {
  const script = `import { printDocuments } from './scripts/client-documents.mjs'; process.stdout.write(await printDocuments());`;
  const printed = run(process.execPath, ['--input-type=module', '--eval', script], root);
  expect(readText('packages/client/src/documents.ts')).toBe(printed);
});

test('the client is 6 kB at most in a page, and its other parts are small', () => {
  const bundles = clientBundles(
    'sallyport',
    'passkeys',
    'providers',
    'avatars',
    'impersonation',
    'webhooks',
    'apollo',
    'urql',
    'graphql-request',
  );
  const sizes = Object.fromEntries(
    Object.entries(bundles).map(([entry, code]) => [entry, gzipSync(code, { level: 9 }).length]),
  );
  expect(sizes.sallyport).toBeLessThanOrEqual(6000);
  for (const part of ['passkeys', 'providers', 'avatars', 'webhooks']) expect(sizes[part]).toBeLessThanOrEqual(1000);
  // It is the client once more, but for what it shares with it in a page.
  expect(sizes.impersonation).toBeLessThanOrEqual(5000);
  for (const adapter of ['apollo', 'urql', 'graphql-request']) expect(sizes[adapter]).toBeLessThanOrEqual(600);
});

test('publint and attw find nothing', () => lintPackage(tarball, folder));

test('it installs in a fresh project, type-checks there without DOM types, and runs in Node', () => {
  const own = join(project, 'node_modules/@sallyport/client');
  expect(existsSync(join(own, 'LICENSE'))).toBe(true);
  expect(JSON.parse(readFileSync(join(own, 'package.json'), 'utf8'))).not.toHaveProperty('dependencies');
  writeFileSync(join(project, 'use.ts'), USE);
  compile(project, ['use.ts'], ['--lib', 'es2023', '--skipLibCheck', 'false']);
  compile(project, ['use.ts'], ['--lib', 'es2023,dom', '--noEmit']);
  expect(run(process.execPath, ['use.js'], project)).toBe('signedOut\n');
});

test.each([
  'docs/frontends/browser.md',
  'docs/frontends/native.md',
  'docs/frontends/ssr.md',
  'docs/webhooks.md',
  'packages/client/README.md',
])('the TypeScript of %s compiles', (path) =>
  compileSamples(project, path, [
    'next/server',
    'next/headers',
    'react-native',
    'expo-secure-store',
    'graphql-request',
  ]),
);

const USE = `
import { createSallyport, isRefusal, type NextStep } from '@sallyport/client';
import { hasPasskeys } from '@sallyport/client/passkeys';
import { signInWithProvider } from '@sallyport/client/providers';
import { uploadAvatar } from '@sallyport/client/avatars';
import { createImpersonation } from '@sallyport/client/impersonation';
import { createSallyportServer } from '@sallyport/client/server';
import { verifyWebhook, type WebhookEvent } from '@sallyport/client/webhooks';
import { apolloHttp } from '@sallyport/client/apollo';
import { urqlHttp } from '@sallyport/client/urql';
import { requestOptions } from '@sallyport/client/graphql-request';

const sallyport = createSallyport({ url: 'https://auth.example.com' });

export async function signIn(identifier: string, password: string): Promise<string> {
  try {
    const next: NextStep = await sallyport.login({ identifier, password });
    return next.step === 'signedIn' ? next.user.id : next.methods.join();
  } catch (error) {
    if (isRefusal(error, 'RATE_LIMITED')) return \`\${error.extensions.retryAfter.toFixed()} seconds\`;
    throw error;
  }
}
// @ts-expect-error Not without a password.
export const wrong = () => sallyport.login({ identifier: 'ada' });
// @ts-expect-error No such code.
export const unknown = (error: unknown) => isRefusal(error, 'TEA_POT');
export const parts = [hasPasskeys(), apolloHttp(sallyport), urqlHttp(sallyport), requestOptions(sallyport), signInWithProvider, uploadAvatar];
export const suspended = (event: WebhookEvent): string | null => (event.type === 'user.suspended' ? event.data.actor_id : null);
// @ts-expect-error No such event.
export const strange = (event: WebhookEvent) => event.type === 'user.melted';
export const verify = (body: string, headers: Record<string, string>) => verifyWebhook(body, headers, 'whsec_');
export const impersonate = (accessToken: string) => createImpersonation({ url: 'https://auth.example.com', accessToken });
export const server = createSallyportServer({ url: 'https://auth.example.com', origins: ['https://app.example.com'], secret: 'x'.repeat(32) });

console.log((await sallyport.ready()).status);
`;
