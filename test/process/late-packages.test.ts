import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createAuthenticator } from '../support/authenticator.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { ORIGIN, START_PASSKEY_SIGN_IN, VERIFY_PASSKEY } from '../support/passkeys.js';
import { root } from '../support/source-tree.js';
import { startServer, temporaryFolder } from '../support/server-process.js';

// A process takes its time to start, on a busy machine a long one.
jest.setTimeout(120_000);

const bundle = join(root, 'dist/bundle');
let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

/** Writes the address of each module that the process loads. */
const TELLING = `import { registerHooks } from 'node:module';
  registerHooks({ load(url, context, next) { process.stderr.write('loads ' + url + '\\n'); return next(url, context); } });`;
/** Stands in @simplewebauthn/server, whatever file the bundler puts it in. */
const PASSKEYS = 'Unexpected authentication response challenge';
/** Stands in oauth4webapi. */
const PROVIDERS = 'implicit and hybrid flows are not supported';

test('a start loads neither what verifies passkeys nor what asks identity providers, and the first passkey does', async () => {
  const server = await startServer({
    DATABASE_URL: database.url,
    KEYS_DIR: temporaryFolder(),
    JOBS: 'off',
    PROVIDERS: 'google',
    PROVIDER_GOOGLE_CLIENT_ID: 'an-id',
    PROVIDER_GOOGLE_CLIENT_SECRET: 'a-secret',
    NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(TELLING)}`,
  });
  const holding = (words: string) => loaded().filter((file) => readFileSync(file, 'utf8').includes(words));
  const loaded = () => [...server.output().matchAll(/^loads (file:.*)$/gm)].map(([, url]) => fileURLToPath(url!));
  const verifying = () => holding(PASSKEYS);
  const { startPasskeySignIn: begun } = await server.ask(START_PASSKEY_SIGN_IN);
  expect(loaded().length).toBeGreaterThan(10);
  expect(verifying()).toEqual([]);
  expect(holding(PROVIDERS)).toEqual([]);
  expect(
    readdirSync(bundle).filter(
      (file) => file.endsWith('.js') && readFileSync(join(bundle, file), 'utf8').includes(PROVIDERS),
    ),
  ).toHaveLength(1);

  const credential = createAuthenticator({ origin: ORIGIN }).sign(begun.passkeyOptions, { userHandle: 'AAAA' });
  const answer = await server.gql(VERIFY_PASSKEY, { input: { challengeToken: begun.challengeToken, credential } });
  expect(answer.errors[0]?.extensions.code).toBe('INVALID_PASSKEY');
  expect(verifying()).toHaveLength(1);
  // The library would warn of algorithms that are experimental in Node if it offered them.
  expect(server.output()).not.toContain('ExperimentalWarning');
  expect(await server.end()).toBe(0);
});
