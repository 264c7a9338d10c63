import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { clientBundles } from '../../support/client-bundle.js';
import { readText, root } from '../../support/source-tree.js';

jest.setTimeout(180_000);

const client = join(root, 'packages/client');
let folder: string;
let tarball: string;

beforeAll(() => {
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  folder = mkdtempSync(join(root, 'node_modules/.cache/client-package-'));
  // A copy is packed: what is in the tree is left alone.
  const copy = join(folder, 'copy');
  cpSync(client, copy, { recursive: true, filter: (path) => !/node_modules|\/dist$/.test(path) });
  mkdirSync(join(copy, 'node_modules'));
  symlinkSync(join(root, 'node_modules/.bin'), join(copy, 'node_modules/.bin'));
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--silent', '--pack-destination', folder], copy)) as [
    { filename: string },
  ];
  tarball = join(folder, filename);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string, args: string[], cwd = folder): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
  }
}
const bin = (name: string) => join(root, 'node_modules/.bin', name);

test('the documents are those of schema.graphql and of documents/: else run `npm run client-documents`', () => {
  const script = `import { printDocuments } from './scripts/client-documents.mjs'; process.stdout.write(await printDocuments());`;
  const printed = run(process.execPath, ['--input-type=module', '--eval', script], root);
  expect(readText('packages/client/src/documents.ts')).toBe(printed);
});

test('the client is 6 kB at most in a page, and its other parts are small', () => {
  const bundles = clientBundles('sallyport', 'passkeys', 'apollo', 'urql', 'graphql-request');
  const sizes = Object.fromEntries(
    Object.entries(bundles).map(([entry, code]) => [entry, gzipSync(code, { level: 9 }).length]),
  );
  expect(sizes.sallyport).toBeLessThanOrEqual(6000);
  expect(sizes.passkeys).toBeLessThanOrEqual(1000);
  for (const adapter of ['apollo', 'urql', 'graphql-request']) expect(sizes[adapter]).toBeLessThanOrEqual(600);
});

test('publint and attw find nothing', () => {
  expect(run(bin('publint'), ['--strict', tarball])).toContain('All good!');
  run(bin('attw'), [tarball, '--profile', 'esm-only', '--no-emoji']);
});

test('it installs in a fresh project, type-checks there without DOM types, and runs in Node', () => {
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "type": "module", "private": true }');
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], project);
  expect(existsSync(join(project, 'node_modules/@sallyport/client/LICENSE'))).toBe(true);
  expect(
    JSON.parse(readFileSync(join(project, 'node_modules/@sallyport/client/package.json'), 'utf8')),
  ).not.toHaveProperty('dependencies');
  writeFileSync(join(project, 'use.ts'), USE);
  const options = ['--ignoreConfig', '--strict', '--module', 'nodenext', '--target', 'es2022', '--typeRoots'];
  const types = [join(root, 'node_modules/@types'), '--types', 'node'];
  run(bin('tsc'), [...options, ...types, '--lib', 'es2023', '--skipLibCheck', 'false', 'use.ts'], project);
  run(bin('tsc'), [...options, ...types, '--lib', 'es2023,dom', '--noEmit', 'use.ts'], project);
  expect(run(process.execPath, ['use.js'], project)).toBe('signedOut\n');
});

test.each([
  'docs/frontends/browser.md',
  'docs/frontends/native.md',
  'docs/frontends/ssr.md',
  'packages/client/README.md',
])('the TypeScript of %s compiles', (path) => {
  const samples = [...(readText(path) ?? '').matchAll(/```ts\n([^]*?)```/g)].map(([, code = '']) => code);
  expect(samples.length).toBeGreaterThan(0);
  const page = join(folder, 'project', path.replace(/\W/g, '-'));
  mkdirSync(page, { recursive: true });
  writeFileSync(join(page, 'libraries.d.ts'), LIBRARIES.map((name) => `declare module '${name}';`).join('\n'));
  // The samples of a page are one application. What each imports is imported once.
  const imports = new Map<string, Set<string>>();
  const code = samples.join('\n').replaceAll(/^import (.*) from '(.*)';$/gm, (_, names: string, from: string) => {
    const known = imports.get(from) ?? new Set();
    imports.set(from, known);
    names
      .replace(/^\{ | \}$/g, '')
      .split(', ')
      .forEach((name) => known.add(name));
    return '';
  });
  const lines = Array.from(imports, ([from, names]) => {
    const all = [...names].join(', ');
    return all.startsWith('*') ? `import ${all} from '${from}';` : `import { ${all} } from '${from}';`;
  });
  writeFileSync(join(page, 'sample.ts'), [...lines, code].join('\n'));
  const options = ['--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022'];
  const types = [
    '--typeRoots',
    join(root, 'node_modules/@types'),
    '--types',
    'node',
    '--lib',
    'es2023,dom,dom.iterable',
  ];
  run(bin('tsc'), [...options, ...types, 'sample.ts', 'libraries.d.ts'], page);
});

const LIBRARIES = [
  'next/server',
  'next/headers',
  'react-native',
  'expo-secure-store',
  '@apollo/client',
  'urql',
  'graphql-request',
];

const USE = `
import { createSallyport, isRefusal, type NextStep } from '@sallyport/client';
import { hasPasskeys } from '@sallyport/client/passkeys';
import { createSallyportServer } from '@sallyport/client/server';
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
export const parts = [hasPasskeys(), apolloHttp(sallyport), urqlHttp(sallyport), requestOptions(sallyport)];
export const server = createSallyportServer({ url: 'https://auth.example.com', origins: ['https://app.example.com'] });

console.log((await sallyport.ready()).status);
`;
