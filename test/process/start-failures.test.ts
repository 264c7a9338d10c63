import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { embeddedFolder } from '../support/embedded-folder.js';
import { failedStart as failedStartOf } from '../support/failed-start.js';
import { runCommand, startServer, temporaryFolder } from '../support/server-process.js';

// A process takes its time to start, on a busy machine a long one.
jest.setTimeout(120_000);

let database: TestDatabase;
let keys: string;
beforeAll(async () => {
  database = await cloneDatabase();
  keys = temporaryFolder();
  await runCommand(['keys', '--dir', keys]);
});
afterAll(() => database.drop());

const failedStart = (settings: Record<string, string>) => failedStartOf({ KEYS_DIR: keys, ...settings });

describe('a start that cannot go on says why and what to do, and exits with 1', () => {
  test('when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const output = await failedStart({ PORT: String(port), DATABASE_URL: database.url });
    expect(output).toMatch(new RegExp(`${port}.*another program listens there\\. Stop it, or set PORT`));
    other.close();
  });

  test('when another process has the data folder, which goes on undisturbed', async () => {
    const folder = await embeddedFolder();
    const first = await startServer({ DATA_DIR: folder, KEYS_DIR: keys });
    expect(await failedStart({ DATA_DIR: folder })).toMatch(/is in use by another process\. .*DATA_DIR/);
    expect((await first.http('/health/ready')).status).toBe(200);
    // A killed process leaves no lock behind.
    expect(await first.end('SIGKILL')).toBe('SIGKILL');
    const second = await startServer({ DATA_DIR: folder, KEYS_DIR: keys });
    expect(await second.end()).toBe(0);
  });

  test('when settings are wrong: all of them in one go', async () => {
    const output = await failedStart({
      PORT: '70000',
      DATABASE_URL: 'mysql://localhost/x',
      ACCESS_TOKEN_LIFETIME: '-5m',
      SESSION_IDLE_LIFETIME: 'soon',
      OTP_LENGTH: '3',
      REGISTRATION: 'maybe',
      CORS_ORIGINS: '*',
      REDIS_URL: 'localhost',
      LOG_LEVEL: 'loud',
    });
    const said = [...output.matchAll(/^ {2}- (\w+): /gm)].map(([, name = '']) => name);
    expect(said.toSorted((a, b) => a.localeCompare(b))).toEqual([
      'ACCESS_TOKEN_LIFETIME',
      'CORS_ORIGINS',
      'DATABASE_URL',
      'LOG_LEVEL',
      'OTP_LENGTH',
      'PORT',
      'REDIS_URL',
      'REGISTRATION',
      'SESSION_IDLE_LIFETIME',
    ]);
  });

  test.each([
    [
      'nothing listens',
      'postgres://postgres@127.0.0.1:1/x',
      /cannot be reached: connect ECONNREFUSED.*Check DATABASE_URL/,
    ],
    [
      'nothing listens on any address of the host',
      'postgres://postgres@localhost:1/x',
      /cannot be reached: .*ECONNREFUSED.*Check/,
    ],
    ['the host is unknown', 'postgres://postgres@nowhere.invalid/x', /cannot be reached: .*nowhere\.invalid.*Check/],
  ])('when the database cannot be reached: %s', async (_, url, sentence) => {
    expect(await failedStart({ DATABASE_URL: url })).toMatch(sentence);
    expect(await failedStart({ DATABASE_URL: url, MIGRATIONS: 'manual' })).toMatch(sentence);
  });

  test('when something accepts connections and never answers', async () => {
    const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    expect(await failedStart({ DATABASE_URL: `postgres://postgres@127.0.0.1:${port}/x` })).toMatch(/cannot be reached/);
    silent.close();
  });

  test('when the command is unknown: that is exit code 2', async () => {
    const { code, output } = await runCommand(['strat']);
    expect(code).toBe(2);
    expect(output).toMatch(/no command strat\. Did you mean start\?/);
  });
});

describe('production refuses', () => {
  const production = (changed: Record<string, string>) =>
    failedStart({
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      DATABASE_URL: 'postgres://sallyport:violet-harbour@127.0.0.1:1/sallyport',
      PUBLIC_URL: 'https://auth.example.com',
      MAIL_FROM: 'Example <no-reply@example.com>',
      ...changed,
    });

  test('the embedded database', async () => {
    expect(await production({ DATABASE_URL: '' })).toMatch(
      /DATABASE_URL: production does not run on the embedded database/,
    );
  });

  test('a sender that no mail server would take', async () => {
    expect(await production({ MAIL_FROM: '' })).toMatch(/MAIL_FROM: production needs a sender of your own/);
    expect(await production({ MAIL_FROM: 'no-reply@localhost' })).toMatch(/MAIL_FROM: production needs a sender/);
  });

  test('codes that are known beforehand', async () => {
    expect(await production({ TEST_ADDRESSES: '*@e2e.example.com=1234567' })).toMatch(
      /TEST_ADDRESSES: fixed codes are not allowed in production/,
    );
  });

  test('a public address without https', async () => {
    expect(await production({ PUBLIC_URL: 'http://auth.example.com' })).toMatch(
      /PUBLIC_URL: production needs an https/,
    );
    expect(await production({ PUBLIC_URL: '' })).toMatch(/PUBLIC_URL: production needs an https/);
  });

  test('an application without https, where people would type their password, but not one on this machine', async () => {
    for (const url of ['http://app.example.com', 'http://localhost.example.com', 'http://localhost:1@app.example.com'])
      expect(await production({ APP_URL: url })).toMatch(/APP_URL: production needs an https address/);
    expect(await production({ APP_URL: 'http://localhost:5173' })).not.toContain('APP_URL');
  });

  test('to make the database that a mistyped address names, and does not repeat its password', async () => {
    const role = `sallyport_test_${randomBytes(4).toString('hex')}`;
    const password = randomBytes(12).toString('hex');
    await database.sql(`create role ${role} login createdb password '${password}'`);
    const url = Object.assign(new URL(database.url), { username: role, password, pathname: '/no_such_database' });
    const output = await production({ DATABASE_URL: url.href });
    await database.sql(`drop role ${role}`);
    expect(output).toMatch(/no_such_database.*Check DATABASE_URL/);
    expect(output).not.toContain(password);
  });

  test('missing keys', async () => {
    expect(await production({ KEYS_DIR: temporaryFolder() })).toMatch(/there is no jwt\.key .*npm run keys/);
  });

  test('an RSA key of 1024 bit', async () => {
    const folder = temporaryFolder();
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    writeFileSync(join(folder, 'jwt.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    expect(await production({ KEYS_DIR: folder })).toMatch(/at least 2048 bit/);
  });

  test.each(['x'.repeat(40), 'abcabcabcabcabcabcabcabcabcabcabc'])('a weak secret: %s', async (secret) => {
    expect(await production({ SERVER_SECRET: secret })).toMatch(/SERVER_SECRET: .*npm run keys -- --secret/);
  });

  test.each([
    ['AUDIT_RETENTION', '400', /write a duration with its unit/],
    ['ACCESS_TOKEN_LIFETIME', '900', /write a duration with its unit/],
    ['TRUST_PROXY', 'true', /write off, a number of hops, or addresses/],
    ['TRUST_PROXY', '10.0.0.0/33', /write off, a number of hops, or addresses/],
    ['APP_URL', 'javascript:alert(1)', /write a URL that begins with http:\/\/ or https:\/\//],
    ['DATABASE_POOL', '0', /write a whole number from 2 to/],
  ])('%s=%s', async (name, value, sentence) => {
    const output = await production({ [name]: value });
    expect(output).toMatch(new RegExp(`- ${name}: ${sentence.source}`));
  });

  test('a secret that is what a command had to say', async () => {
    const { output } = await runCommand(['keys', '--sceret']);
    expect(await production({ SERVER_SECRET: output })).toMatch(/SERVER_SECRET: write one line/);
  });

  test('a short secret', async () => {
    expect(await production({ SERVER_SECRET: 'short' })).toMatch(/SERVER_SECRET: write at least 32 characters/);
  });

  test.each(['postgres', 'password', 'CHANGEME'])('a default database password: %s', async (password) => {
    const url = `postgres://sallyport:${password}@127.0.0.1:1/x`;
    expect(await production({ DATABASE_URL: url })).toMatch(/DATABASE_URL: its password is a default one/);
  });

  test('all of it at once', async () => {
    const output = await production({
      DATABASE_URL: '',
      PUBLIC_URL: '',
      SERVER_SECRET: 'x'.repeat(40),
      OTP_LIFETIME: '1h',
    });
    for (const name of ['DATABASE_URL', 'PUBLIC_URL', 'SERVER_SECRET', 'OTP_LIFETIME'])
      expect(output).toMatch(new RegExp(`- ${name}: `));
  });
});
