import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createAuthenticator } from '../support/authenticator.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { ORIGIN, START_PASSKEY_SIGN_IN, VERIFY_PASSKEY } from '../support/passkeys.js';
import { newEmail, REGISTER, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';
import { PIXEL, REQUEST_AVATAR_UPLOAD } from '../support/pictures.js';
import { startServer, temporaryFolder } from '../support/server-process.js';
import { root } from '../support/source-tree.js';

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

async function startTelling(settings: Record<string, string> = {}) {
  const server = await startServer({
    DATABASE_URL: database.url,
    KEYS_DIR: temporaryFolder(),
    NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(TELLING)}`,
    ...settings,
  });
  const loaded = () => [...server.output().matchAll(/^loads (file:.*)$/gm)].map(([, url]) => fileURLToPath(url!));
  /** The files that hold this, whatever the bundler calls them. */
  const holding = (text: string) => loaded().filter((file) => readFileSync(file, 'utf8').includes(text));
  return { server, loaded, holding };
}

/** Stands in @simplewebauthn/server. */
const PASSKEYS = 'Unexpected authentication response challenge';

test('a start does not load what verifies passkeys, and the first passkey does', async () => {
  const { server, loaded, holding } = await startTelling({ JOBS: 'off' });
  const { startPasskeySignIn: begun } = await server.ask(START_PASSKEY_SIGN_IN);
  expect(loaded().length).toBeGreaterThan(10);
  expect(holding(PASSKEYS)).toEqual([]);

  const credential = createAuthenticator({ origin: ORIGIN }).sign(begun.passkeyOptions, { userHandle: 'AAAA' });
  const answer = await server.gql(VERIFY_PASSKEY, { input: { challengeToken: begun.challengeToken, credential } });
  expect(answer.errors[0]?.extensions.code).toBe('INVALID_PASSKEY');
  expect(holding(PASSKEYS)).toHaveLength(1);
  // The library would warn of algorithms that are experimental in Node if it offered them.
  expect(server.output()).not.toContain('ExperimentalWarning');
  expect(await server.end()).toBe(0);
});

/** Stands in oauth4webapi. */
const ASKING = 'implicit and hybrid flows are not supported';
/** Stands in jose. */
const VERIFYING = 'no applicable key found in the JSON Web Key Set';

test('a start does not load what asks identity providers', async () => {
  const { server, loaded, holding } = await startTelling({
    PROVIDERS: 'google',
    PROVIDER_GOOGLE_CLIENT_ID: 'an-id',
    PROVIDER_GOOGLE_CLIENT_SECRET: 'a-secret',
  });
  expect(loaded().length).toBeGreaterThan(10);
  expect([...holding(ASKING), ...holding(VERIFYING)]).toEqual([]);
  const bundle = join(root, 'dist/bundle');
  const files = readdirSync(bundle).filter((file) => file.endsWith('.js'));
  for (const text of [ASKING, VERIFYING])
    expect(files.filter((file) => readFileSync(join(bundle, file), 'utf8').includes(text))).toHaveLength(1);
  expect(await server.end()).toBe(0);
});

/** Stands in file-type. */
const SNIFFING = 'class FileTypeParser';

test('a start does not load what decodes pictures, and the first picture does', async () => {
  const { server, loaded, holding } = await startTelling({ STORAGE_URL: `file:${temporaryFolder()}` });
  const sharp = () => loaded().filter((file) => /[\\/]node_modules[\\/]sharp[\\/]/.test(file));
  const email = newEmail();
  const { register } = await server.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
  const input = { challengeToken: register.challengeToken, code: await server.codeFor(email) };
  const { verifyOtp } = await server.ask(VERIFY_OTP, { input });
  const { requestAvatarUpload } = await server.ask(REQUEST_AVATAR_UPLOAD, {}, { token: verifyOtp.accessToken });
  expect(sharp()).toEqual([]);
  expect(holding(SNIFFING)).toEqual([]);

  const answer = await fetch(requestAvatarUpload.url, {
    method: 'PUT',
    headers: { 'content-type': 'image/png', authorization: `Bearer ${verifyOtp.accessToken}` },
    body: new Uint8Array(PIXEL),
  });
  const { avatarUrl } = (await answer.json()) as { avatarUrl: string };
  expect((await fetch(avatarUrl)).headers.get('content-type')).toBe('image/webp');
  expect(sharp().length).toBeGreaterThan(0);
  expect(holding(SNIFFING)).toHaveLength(1);
  expect(await server.end()).toBe(0);
});

/** Stands in OpenTelemetry's SDK. */
const TRACING = 'ParentBasedSampler must have a root sampler configured';

test('OpenTelemetry is loaded where there is a collector, and nowhere else', async () => {
  const without = await startTelling();
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  await without.server.gql('{ me { id } }', {}, { headers: { traceparent } });
  expect(without.loaded().length).toBeGreaterThan(10);
  expect(without.holding(TRACING)).toEqual([]);
  expect(await without.server.end()).toBe(0);

  const { server, holding } = await startTelling({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
  expect(holding(TRACING)).toHaveLength(1);
  expect(await server.end()).toBe(0);
});
