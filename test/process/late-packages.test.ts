import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createAuthenticator } from '../support/authenticator.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { ORIGIN, START_PASSKEY_SIGN_IN, VERIFY_PASSKEY } from '../support/passkeys.js';
import { startServer, temporaryFolder } from '../support/server-process.js';

// A process takes its time to start, on a busy machine a long one.
jest.setTimeout(120_000);

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

test('a start does not load what verifies passkeys, and the first passkey does', async () => {
  const server = await startServer({
    DATABASE_URL: database.url,
    KEYS_DIR: temporaryFolder(),
    JOBS: 'off',
    NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(TELLING)}`,
  });
  const loaded = () => [...server.output().matchAll(/^loads (file:.*)$/gm)].map(([, url]) => fileURLToPath(url!));
  const verifying = () => loaded().filter((file) => readFileSync(file, 'utf8').includes(PASSKEYS));
  const { startPasskeySignIn: begun } = await server.ask(START_PASSKEY_SIGN_IN);
  expect(loaded().length).toBeGreaterThan(10);
  expect(verifying()).toEqual([]);

  const credential = createAuthenticator({ origin: ORIGIN }).sign(begun.passkeyOptions, { userHandle: 'AAAA' });
  const answer = await server.gql(VERIFY_PASSKEY, { input: { challengeToken: begun.challengeToken, credential } });
  expect(answer.errors[0]?.extensions.code).toBe('INVALID_PASSKEY');
  expect(verifying()).toHaveLength(1);
  // The library would warn of algorithms that are experimental in Node if it offered them.
  expect(server.output()).not.toContain('ExperimentalWarning');
  expect(await server.end()).toBe(0);
});
