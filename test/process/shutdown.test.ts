import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { embeddedFolder } from '../support/embedded-folder.js';
import { LOGIN } from '../support/people.js';
import { startServer, temporaryFolder } from '../support/server-process.js';
import { until } from '../support/until.js';

// A process takes its time to start, on a busy machine a long one.
jest.setTimeout(120_000);

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

const start = (changed = {}) =>
  startServer({ DATABASE_URL: database.url, KEYS_DIR: temporaryFolder(), LIMITS_FACTOR: '1000', ...changed });
const SETTINGS_QUERY = '{ authSettings { registrationOpen } }';

test('SIGTERM: readiness says no first, requests are served on meanwhile, then the process ends with 0', async () => {
  const server = await start({ SHUTDOWN_DELAY: '3s' });
  expect((await server.http('/health/ready')).status).toBe(200);
  const stopped = server.end('SIGTERM');
  await until(async () => (await server.http('/health/ready')).status === 503);
  expect((await server.http('/health/live')).status).toBe(200);
  expect((await server.ask(SETTINGS_QUERY)).authSettings.registrationOpen).toBe(true);
  expect(await stopped).toBe(0);
  await expect(server.http('/health/live')).rejects.toThrow('fetch failed');
});

test('SIGTERM: what is being answered is answered', async () => {
  const server = await start();
  const client = new pg.Client(database.url);
  await client.connect();
  await client.query('begin');
  await client.query('lock table users');
  const login = server.gql(LOGIN, {
    input: { identifier: 'nobody@example.com', password: 'a password that is wrong' },
  });
  const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  while ((await database.sql(waiting)).length === 0) await sleep(10);
  const stopped = server.end('SIGTERM');
  await sleep(300);
  await client.query('rollback');
  await client.end();
  expect((await login).errors[0]!.extensions.code).toBe('INVALID_CREDENTIALS');
  expect(await stopped).toBe(0);
});

test('SIGTERM: a request that is still arriving may finish', async () => {
  const server = await start();
  const { port } = new URL(server.url);
  const body = JSON.stringify({ query: SETTINGS_QUERY });
  const socket = connect(Number(port), '127.0.0.1');
  let heard = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (heard += chunk));
  const head = `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`;
  socket.write(head + body.slice(0, 10));
  await until(() => heard.startsWith('HTTP/1.1 100 '));
  const stopped = server.end('SIGTERM');
  await sleep(200);
  socket.write(body.slice(10));
  await once(socket, 'close');
  expect(heard).toMatch(/^HTTP\/1\.1 200/m);
  expect(heard).toContain('"registrationOpen":true');
  expect(await stopped).toBe(0);
});

test('SIGINT ends it too, and a peer that never finishes its request does not hold it up for ever', async () => {
  const server = await start();
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
  );
  await sleep(100);
  const begun = performance.now();
  expect(await server.end('SIGINT')).toBe(0);
  expect(performance.now() - begun).toBeLessThan(30_000);
});

test('PORT=0 takes a free port, and what names the server names that one', async () => {
  const server = await startServer({ DATA_DIR: await embeddedFolder(), KEYS_DIR: temporaryFolder() });
  const { port } = new URL(server.url);
  expect(Number(port)).toBeGreaterThan(0);
  expect(server.output()).not.toMatch(/localhost:0\b/);
  expect(await (await server.http('/')).text()).toContain(`http://localhost:${port}/graphql`);
  expect(await server.end()).toBe(0);
});

test('the log says that it listens once, in our words, and warns of nothing', async () => {
  const server = await start();
  await server.end();
  const lines = server.output().split('\n');
  const logged = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  expect(logged.filter(({ msg }) => /listening/i.test(msg))).toMatchObject([{ msg: 'listening', url: server.url }]);
  expect(server.output()).not.toMatch(/warning|deprecat|FSTDEP/i);
  expect(logged.at(-1).msg).toBe('stopping');
});
