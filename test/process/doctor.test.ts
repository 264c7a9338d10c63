import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { sealEvents } from '../../src/audit/seal.js';
import { examine } from '../../src/cli/doctor/examine.js';
import { freePort } from '../../src/platform/free-port.js';
import { makeCertificate } from '../support/certificate.js';
import { fakeClock, wrongClock } from '../support/clock.js';
import { commandHere } from '../support/command-here.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, STRONG_PASSWORD } from '../support/people.js';
import { type HttpsServer, startHttps } from '../support/https-server.js';
import { testWith } from '../support/not-run.js';
import { hasRedisServer, type RedisServer, startRedisServer } from '../support/redis-server.js';
import { temporaryFolder } from '../support/server-process.js';
import { type SmtpPeer, startSmtp } from '../support/smtp.js';
import { SECRET, STORED_KEYS } from '../support/stored-keys.js';

jest.setTimeout(120_000);

const clock = fakeClock();
const folder = temporaryFolder();
let gateway: TestGateway;
let smtp: SmtpPeer;
let closedMail: SMTPServer;
let web: Server;
let secureWeb: HttpsServer;
/** A server of ours without its database, as its management port tells. */
let notReady: Server;
/** What `web` was asked. */
const asked: string[] = [];
/** An installation without a fault. */
let settings: Record<string, string>;

beforeAll(async () => {
  [gateway, smtp] = await Promise.all([startGateway({ ...STORED_KEYS, JOBS: 'off' }), startSmtp()]);
  await admin(gateway);
  await sealEvents(gateway.inner.services);
  // A running server would mend some of the faults.
  await gateway.close();
  closedMail = new SMTPServer({
    ...makeCertificate(),
    onAuth: (_auth, _session, done) => done(new Error('no such user')),
  });
  await new Promise<void>((listening) => closedMail.listen(0, '127.0.0.1', listening));
  web = createServer(({ url, method }, response) => {
    asked.push(`${method} ${url}`);
    const [, status] = /^\/answers\/(\d+)$/.exec(url ?? '') ?? [];
    if (status) response.writeHead(Number(status), { location: 'https://elsewhere.example' }).end();
    else response.setHeader('content-type', 'application/json').end('{"issuer":"https://elsewhere.example"}');
  }).listen(0, '127.0.0.1');
  notReady = createServer(({ url }, response) =>
    url === '/health/live'
      ? response.end('{"status":"ok"}')
      : response.writeHead(503).end('{"status":"unavailable","reason":"the database does not answer"}'),
  ).listen(0, '127.0.0.1');
  await Promise.all([web, notReady].map((server) => once(server, 'listening')));
  secureWeb = await startHttps((_request, response) => response.end());
  mkdirSync(join(folder, 'texts'));
  writeFileSync(join(folder, 'texts/pt.json'), '{"mails":{"no-such-mail":{}}}');
  mkdirSync(join(folder, 'keys'));
  writeFileSync(join(folder, 'keys/jwt.key'), 'no key');
  mkdirSync(join(folder, 'exposed'));
  await commandHere(['keys', '--dir', join(folder, 'exposed')]);
  chmodSync(folder, 0o755);
  chmodSync(join(folder, 'exposed'), 0o755);
  chmodSync(join(folder, 'exposed/jwt.key'), 0o644);
  settings = {
    NODE_ENV: 'test',
    DATABASE_URL: gateway.database.url,
    DATABASE_POOL: '2',
    STORAGE_URL: `file:${join(folder, 'storage')}`,
    SMTP_URL: smtp.url,
    MANAGEMENT_PORT: `${await freePort('127.0.0.1')}`,
    ...STORED_KEYS,
  };
});
afterAll(async () => {
  for (const server of [web, notReady]) server.close();
  await Promise.all([secureWeb.close(), smtp.close(), new Promise((closed) => closedMail.close(() => closed(null)))]);
});

const doctor = (changed: Record<string, string> = {}, its = clock) =>
  examine({ env: { ...settings, ...changed }, envFile: [], clock: its });
const databaseCalled = (name: string) => {
  const url = new URL(settings['DATABASE_URL'] ?? '');
  url.pathname = `/${name}`;
  return url.href;
};
const withUser = (user: string) => Object.assign(new URL(settings['DATABASE_URL'] ?? ''), { username: user }).href;
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

interface Fault {
  set?: () => Record<string, string>;
  break?: string;
  mend?: string;
  clock?: typeof clock;
}

const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://auth.example.com',
  MAIL_FROM: 'Example <no-reply@example.com>',
};
const setting = (changed: Record<string, string>): Fault => ({ set: () => changed });
const provider = (issuer: () => string): Fault => ({
  set: () => ({
    PROVIDERS: 'acme',
    PROVIDER_ACME_ISSUER: issuer(),
    PROVIDER_ACME_CLIENT_ID: 'sallyport',
    PROVIDER_ACME_CLIENT_SECRET: 'a-secret-of-the-test',
    REDIRECT_URIS: 'https://app.example.com/in',
  }),
});
const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
/** Both at this path of `web`, or at another origin. */
const hooks = (path: string, origin = `http://127.0.0.1:${portOf(web)}`) => ({
  HOOKS: 'before.sign-in',
  HOOKS_URL: `${origin}${path}`,
  HOOKS_SECRET: webhookSecret,
  LEGACY_LOGIN_URL: `${origin}${path}`,
  LEGACY_LOGIN_SECRET: webhookSecret,
});
/** As somebody who owns the tables can. */
const unguarded = (table: string, statement: string) => {
  const guards = [`${table}_append_only`, `${table}_no_truncate`];
  const each = (what: string) => guards.map((guard) => `alter table ${table} ${what} trigger ${guard};`).join(' ');
  return `${each('disable')} ${statement}; ${each('enable always')}`;
};

// oxfmt-ignore
const FAULTS: [name: string, fault: Fault, level: string, about: string, what: RegExp, todo: RegExp][] = [
  ['a setting that cannot be used', setting({ OTP_LENGTH: '3' }), 'problem', 'settings', /^OTP_LENGTH cannot/, /^Write a whole number from 6/],
  ['a default password of the database', setting({ ...PRODUCTION, DATABASE_URL: 'postgres://a:postgres@127.0.0.1:1/x' }), 'problem', 'settings', /^DATABASE_URL cannot/, /Set a password of your own/],
  ['two settings that contradict each other', setting({ KEY_ROTATION: '30d', KEYS_DIR: folder }), 'problem', 'settings', /^KEY_ROTATION cannot/, /do not rotate by themselves/],
  ['a name that is nearly a setting', setting({ ACCESS_TOKEN_LIFETME: '5m' }), 'warning', 'settings', /did you mean ACCESS_TOKEN_LIFETIME/, /Correct the name/],
  ['identity providers that no browser may come back from', { set: () => ({ ...provider(() => 'http://127.0.0.1:1').set!(), REDIRECT_URIS: '' }) }, 'warning', 'settings', /^REDIRECT_URIS is empty/, /docs\/settings\.md/],
  ['a key that every user of the machine can read', { set: () => ({ KEYS_DIR: join(folder, 'exposed') }) }, 'warning', 'settings', /exposed\/jwt\.key can be read/, /^Chmod 600\.$/],
  ['an application that browsers may not call from', setting({ APP_URL: 'http://localhost:5173/sign-in' }), 'problem', 'addresses', /CORS_ORIGINS does not have http:\/\/localhost:5173/, /Add/],
  ['a proxy that is not trusted', setting(PRODUCTION), 'problem', 'addresses', /TRUST_PROXY is off/, /addresses of the proxy/],
  ['a public address with a path', setting({ PUBLIC_URL: 'http://localhost:4000/auth' }), 'warning', 'addresses', /the path \/auth/, /host of its own/],
  ['a database that does not answer', setting({ DATABASE_URL: 'postgres://postgres@127.0.0.1:1/x' }), 'problem', 'postgresql', /cannot be reached.*ECONNREFUSED/s, /Check DATABASE_URL/],
  ['a database that is not there', { set: () => ({ DATABASE_URL: databaseCalled('no_such_one') }) }, 'problem', 'postgresql', /no such database/, /Create it/],
  ['a user that PostgreSQL does not know', { set: () => ({ DATABASE_URL: withUser('nobody_at_all') }) }, 'problem', 'postgresql', /refuses the user/, /Correct them/],
  ['a role that may not write', { break: 'create role doctor_reads login', set: () => ({ DATABASE_URL: withUser('doctor_reads') }), mend: 'drop role doctor_reads' }, 'problem', 'postgresql', /may not/, /grant/],
  ['a database in another encoding', { break: `create database doctor_latin template template0 encoding 'LATIN1' locale 'C'`, set: () => ({ DATABASE_URL: databaseCalled('doctor_latin') }), mend: 'drop database doctor_latin with (force)' }, 'problem', 'postgresql', /encoding LATIN1/, /ENCODING 'UTF8'/],
  ['a clock that is wrong', { clock: wrongClock(60_000) }, 'problem', 'postgresql', /differ by (59|60|61) s/, /NTP/],
  ['more connections than PostgreSQL has', setting({ DATABASE_POOL: '900' }), 'warning', 'postgresql', /may open 904 connections/, /Lower DATABASE_POOL/],
  ['a migration that is pending', { break: `update mikro_orm_migrations set name = name || '_gone' where id = (select max(id) from mikro_orm_migrations)`, set: () => ({ MIGRATIONS: 'manual' }), mend: `update mikro_orm_migrations set name = replace(name, '_gone', '')` }, 'problem', 'migrations', /^1 migrations are pending/, /migration:up/],
  ['a database of a newer release', { break: `insert into mikro_orm_migrations (name, executed_at) values ('29990101000000_later', now())`, mend: `delete from mikro_orm_migrations where name like '2999%'` }, 'warning', 'migrations', /newer release have run: 29990101000000_later/, /newer release/],
  ['a file that holds no key', { set: () => ({ KEYS_DIR: join(folder, 'keys') }) }, 'problem', 'keys', /jwt\.key holds no key/, /Put back/],
  ['no key where production needs one', { set: () => ({ ...PRODUCTION, KEYS_DIR: join(folder, 'none') }) }, 'problem', 'keys', /no jwt\.key/, /^Make a pair.*npm run keys/],
  ['another SERVER_SECRET', setting({ SERVER_SECRET: 'another secret than the one of the keys' }), 'problem', 'signing keys', /cannot be decrypted/, /Set SERVER_SECRET back/],
  ['signing keys that do not rotate', { break: `update signing_keys set active_from = now() - interval '90 days'`, mend: 'update signing_keys set active_from = now()' }, 'warning', 'signing keys', /none has followed/, /keys:rotate/],
  ['a Redis that does not answer', setting({ REDIS_URL: 'redis://127.0.0.1:1' }), 'problem', 'redis', /ECONNREFUSED/, /correct REDIS_URL/],
  ['a mail server that does not answer', setting({ SMTP_URL: 'smtp://127.0.0.1:1' }), 'problem', 'mail', /127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED/, /host and port/],
  ['a mail server with a certificate of its own', { set: () => ({ SMTP_URL: `smtp://127.0.0.1:${portOf(closedMail.server)}` }) }, 'problem', 'mail', /certificate|altnames|self-signed/i, /NODE_EXTRA_CA_CERTS/],
  ['a storage that cannot be written', { set: () => ({ STORAGE_URL: `file:${join(folder, 'keys/jwt.key')}` }) }, 'problem', 'storage', /STORAGE_URL fails: .*(ENOTDIR|EEXIST)/, /Let this user write/],
  ['a provider that does not answer', provider(() => 'http://127.0.0.1:1'), 'problem', 'providers', /acme cannot be used: 127\.0\.0\.1:1 did not answer/, /to the letter/],
  ['a provider that names itself otherwise', provider(() => `http://127.0.0.1:${portOf(web)}`), 'problem', 'providers', /another issuer/, /to the letter/],
  ['a hook at which no program listens', { set: () => hooks('/', `http://127.0.0.1:${settings['MANAGEMENT_PORT']}`) }, 'problem', 'hooks', /^HOOKS_URL cannot be called: ECONNREFUSED/, /host and port.*hooks\.md/],
  ['a hook with a certificate of its own', { set: () => hooks('/', secureWeb.url) }, 'problem', 'hooks', /^HOOKS_URL cannot be called: .*(CERT|ALTNAME)/, /NODE_EXTRA_CA_CERTS/],
  ['a hook that is redirected', { set: () => hooks('/answers/308') }, 'warning', 'hooks', /redirect \(308\)/, /the address that it leads to/],
  ['a former system at which no program listens', { set: () => hooks('/', `http://127.0.0.1:${settings['MANAGEMENT_PORT']}`) }, 'problem', 'legacy login', /^LEGACY_LOGIN_URL cannot be called: ECONNREFUSED/, /host and port.*lazily\.md/],
  ['a gateway with no former system behind it', { set: () => hooks('/answers/502') }, 'problem', 'legacy login', /^LEGACY_LOGIN_URL answers with 502/, /Start what is behind it/],
  ['another program at the management port', { set: () => ({ MANAGEMENT_PORT: `${portOf(web)}` }) }, 'problem', 'management port', /^Another program listens at MANAGEMENT_PORT/, /set another port/],
  ['one that speaks no HTTP', { set: () => ({ MANAGEMENT_PORT: `${portOf(closedMail.server)}` }) }, 'problem', 'management port', /^Another program/, /set another port/],
  ['a management address that is none of this machine', setting({ MANAGEMENT_HOST: '192.0.2.7' }), 'problem', 'management port', /^MANAGEMENT_HOST: 192\.0\.2\.7 is not an address of this machine/, /Write 127\.0\.0\.1/],
  ['a running server that is not ready', { set: () => ({ MANAGEMENT_PORT: `${portOf(notReady)}` }) }, 'problem', 'management port', /not ready: the database does not answer/, /Mend that first/],
  ['texts for a mail that there is not', { set: () => ({ TEXTS_DIR: join(folder, 'texts') }) }, 'problem', 'texts', /pt\.json/, /branding\.md/],
  ['a database in which no server has started', { break: 'alter schema pgboss rename to pgboss_gone', mend: 'alter schema pgboss_gone rename to pgboss' }, 'warning', 'jobs', /no job queue yet/, /Start the server/],
  ['jobs that no process works', { break: `insert into pgboss.job (name, data, created_on, start_after) values ('send-code', '{}', now() - interval '1 hour', now() - interval '1 hour')`, mend: `delete from pgboss.job where name = 'send-code' and created_on < now() - interval '1 minute'` }, 'problem', 'jobs', /jobs wait in send-code, the oldest for 60 minutes/, /JOBS=on/],
  ['an audit log whose last seal was altered', { break: unguarded('audit_seals', `update audit_seals set root = 'x'::bytea`), mend: unguarded('audit_seals', 'delete from audit_seals') }, 'problem', 'audit', /was altered/, /audit:verify/],
  ['audit events that are not sealed', { break: unguarded('audit_events', `update audit_events set at = now() - interval '1 hour', seq = seq + 100000`), mend: unguarded('audit_events', 'delete from audit_events') }, 'warning', 'audit', /are not sealed/, /JOBS=on/],
  ['a syslog server that does not answer', setting({ AUDIT_SYSLOG: 'tcp://127.0.0.1:1' }), 'problem', 'audit stream', /AUDIT_SYSLOG cannot be used: .*ECONNREFUSED/, /host, port and certificate/],
  ['an audit file in a folder that is not there', setting({ AUDIT_FILE: '/no/such/folder/audit.ndjson' }), 'problem', 'audit stream', /AUDIT_FILE cannot be written: ENOENT/, /folder that exists/],
  ['no administrator', { break: 'create table kept as select * from user_roles; delete from user_roles', mend: 'insert into user_roles select * from kept; drop table kept' }, 'warning', 'people', /no administrator/, /users:create-admin/],
];

test('an installation without a fault has none', async () => {
  asked.length = 0;
  const installation = await doctor(hooks('/answers/405'));
  expect(installation).toEqual({ findings: [], asked: expect.arrayContaining(['audit', 'people']), notAsked: [] });
  // The hook and the former system: by a method that has no effect there.
  expect(asked).toEqual(['OPTIONS /answers/405', 'OPTIONS /answers/405']);
});

describe('doctor finds', () => {
  test.each(FAULTS)('%s', async (_, fault, level, about, what, todo) => {
    if (fault.break) await gateway.database.sql(fault.break);
    const { findings } = await doctor(fault.set?.(), fault.clock);
    if (fault.mend) await gateway.database.sql(fault.mend);
    const found = findings.find((one) => one.about === about && one.level === level && what.test(one.what));
    expect(found ?? findings).toMatchObject({ why: expect.stringMatching(/./), todo: expect.stringMatching(todo) });
    expect(JSON.stringify(findings)).not.toContain(SECRET);
    expect(JSON.stringify(findings)).not.toContain(STRONG_PASSWORD);
  });

  const whyNot = hasRedisServer() ? '' : 'there is no redis-server';
  testWith(
    hasRedisServer(),
    'doctor and Redis',
    whyNot,
  )('a Redis that forgets, and one that knows no such user', async () => {
    const redis: RedisServer = await startRedisServer({ args: ['--maxmemory-policy', 'allkeys-lru'] });
    const forgetful = await doctor({ REDIS_URL: redis.url });
    const closed = await doctor({ REDIS_URL: redis.url.replace('//', '//who:wrong-password@') });
    await redis.stop();
    expect(forgetful.findings).toMatchObject([
      { level: 'problem', about: 'redis', what: expect.stringMatching(/allkeys-lru/) },
    ]);
    expect(closed.findings).toMatchObject([
      { level: 'problem', about: 'redis', what: expect.stringMatching(/no such user/) },
    ]);
    expect(JSON.stringify(closed)).not.toContain('wrong-password');
  });
});

test('what cannot be asked is said, and a problem is exit code 1', async () => {
  const { code, stdout, errors } = await commandHere(['doctor', '--json'], {
    ...settings,
    DATABASE_URL: 'postgres://postgres@127.0.0.1:1/x',
  });
  expect(code).toBe(1);
  const { findings, notAsked } = JSON.parse(stdout);
  expect(findings).toHaveLength(1);
  expect(notAsked).toEqual(['postgresql', 'migrations', 'signing keys', 'jobs', 'audit', 'people']);
  expect(errors).toMatch(
    /^PROBLEM {2}postgresql: .*\n {9}.*\n {9}.*\nNot checked: .*\nChecked: .*\. Problems: 1\. Warnings: 0\.\n$/,
  );
});

test('no setting is needed to ask', async () => {
  const { code, stdout } = await commandHere(['doctor'], { DATA_DIR: join(temporaryFolder(), 'none') });
  expect(code).toBe(0);
  expect(stdout).toMatch(/Not checked: postgresql/);
});
