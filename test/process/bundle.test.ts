import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { ROOT } from '../support/authorization-table.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { runCommand, startServer, temporaryFolder } from '../support/server-process.js';
import { root } from '../support/source-tree.js';

// A process takes its time to start, on a busy machine a long one.
jest.setTimeout(120_000);

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

// With two copies of graphql the guards would find nothing to guard, and only outside of production would anything say so.
test('the bundled server refuses a stranger at every door, in production too', async () => {
  const keys = temporaryFolder();
  await runCommand(['keys', '--dir', keys]);
  const server = await startServer({
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    DATABASE_URL: database.url,
    PUBLIC_URL: 'https://auth.example.com',
    MAIL_FROM: 'no-reply@example.com',
    KEYS_DIR: keys,
    JOBS: 'off',
  });
  const doors = Object.entries(ROOT).filter(([, [door]]) => door !== 'anyone');
  const answers = await Promise.all(
    doors.map(async ([field, [, call]]) => {
      const { errors } = await server.gql(`${field.startsWith('Mutation') ? 'mutation' : 'query'} { ${call} }`);
      return [field, errors.map(({ extensions }) => extensions.code)];
    }),
  );

  expect(answers.length).toBeGreaterThan(10);
  expect(answers).toEqual(doors.map(([field]) => [field, ['UNAUTHENTICATED']]));
  expect(await server.end()).toBe(0);
});

test('a start loads no library of second factors or of pictures: each is loaded when it is first used', async () => {
  // Each load of a module is a line on standard error.
  const watch = `import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) { process.stderr.write('loaded ' + url + '\\n'); return next(url, context); } });`;
  const server = await startServer({
    DATABASE_URL: database.url,
    KEYS_DIR: temporaryFolder(),
    JOBS: 'off',
    NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(watch)}`,
  });
  const loaded = [...server.output().matchAll(/loaded file:.*\/bundle\/(.+\.js)/g)].map(([, file]) => file!);
  const folder = join(root, 'dist/bundle');
  const holding = (text: string) =>
    readdirSync(folder).filter(
      (file) => file.endsWith('.js') && readFileSync(join(folder, file), 'utf8').includes(text),
    );

  expect(loaded).toContain('gateway.js');
  for (const library of [
    'MIN_SECRET_BYTES',
    'function renderSVG',
    'function verifyRegistrationResponse',
    'class FileTypeParser',
    'S3 network error',
    'It is defined in denyIPAddressList',
  ]) {
    expect(holding(library)).toHaveLength(1);
    expect(loaded).not.toContain(holding(library)[0]);
  }
  expect(await server.end()).toBe(0);
});

test('the trace of an unexpected failure leads to the TypeScript', async () => {
  // What an operator can do wrong has a sentence; this nobody foresees.
  const broken = `import crypto from 'node:crypto'; import module from 'node:module';
    crypto.createPublicKey = () => { throw new Error('unforeseen'); }; module.syncBuiltinESMExports();`;
  const { code, output } = await runCommand([], {
    DATABASE_URL: database.url,
    KEYS_DIR: temporaryFolder(),
    NODE_OPTIONS: `--enable-source-maps --import data:text/javascript,${encodeURIComponent(broken)}`,
  });

  expect(code).toBe(1);
  expect(output).toMatch(/unforeseen[^]*src\/keys\/key-files\.ts:\d+[^]*src\/gateway\.ts:\d+/);
});
