import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { VERSION } from '../../src/platform/version.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { newEmail, REGISTER, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';
import { callBySocket, COPROCESSOR_SECRET, routerRequest } from '../support/router-calls.js';
import { runCommand, type ServerProcess, startServer, temporaryFolder } from '../support/server-process.js';

// Three processes take their time to start, on a busy machine a long one.
jest.setTimeout(120_000);

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

const METRICS_TOKEN = 'a token for the scraper';
const start = (changed = {}) =>
  startServer({
    DATABASE_URL: database.url,
    KEYS_DIR: temporaryFolder(),
    SMTP_URL: 'smtp://127.0.0.1:9',
    METRICS_TOKEN,
    WORKERS: '2',
    ...changed,
  });

function workersOf({ process: { pid } }: ServerProcess): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.split(' ').filter(Boolean).map(Number);
}

function logged(server: ServerProcess): { msg: string; pid?: number; version: string; worker?: number }[] {
  const lines = server.output().split('\n');
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}

/** Over a connection of its own, so that the workers take turns. One that was just killed may take one to the grave. */
async function serves(server: ServerProcess): Promise<boolean> {
  const init = { headers: { connection: 'close' }, signal: AbortSignal.timeout(10_000) };
  return (await fetch(`${server.url}/health/ready`, init).catch(() => ({ status: 0 }))).status === 200;
}

test('all of them serve one port and one socket for routers, are announced once, and end with 0 at SIGTERM', async () => {
  const socket = join(temporaryFolder(), 'routers.sock');
  const server = await start({ COPROCESSOR_SECRET, COPROCESSOR_SOCKET: socket });
  expect(workersOf(server)).toHaveLength(2);
  for (let turn = 0; turn < 4; turn += 1) {
    expect(await serves(server)).toBe(true);
    expect(await callBySocket(socket, routerRequest(null))).toMatchObject({ control: 'continue' });
  }
  const workers = workersOf(server);
  expect(await server.end('SIGTERM')).toBe(0);
  for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  const said = logged(server).map(({ msg }) => msg);
  expect(said.filter((msg) => msg === 'listening')).toHaveLength(1);
  expect(said.filter((msg) => msg === 'stopping')).toHaveLength(2);
  expect(logged(server).map(({ version }) => version)).toEqual(said.map(() => VERSION));
  const stopping = logged(server).filter(({ msg }) => msg === 'stopping');
  expect(new Set(stopping.map(({ worker }) => worker))).toEqual(new Set([1, 2]));
  expect(said).toContain(
    'REDIS_URL is not set: every request queries PostgreSQL, and each process counts limits on its own',
  );
});

test('a worker that is killed is replaced, and the others serve on meanwhile', async () => {
  const server = await start();
  const [killed = 0, left] = workersOf(server);
  process.kill(killed, 'SIGKILL');
  const deadline = performance.now() + 60_000;
  let served = 0;
  while (workersOf(server).length < 2 || !(await serves(server)) || served < 20) {
    if (performance.now() > deadline) throw new Error(server.output());
    served += (await serves(server)) ? 1 : 0;
    await sleep(25);
  }
  expect(workersOf(server)).toContain(left);
  expect(workersOf(server)).not.toContain(killed);
  expect(logged(server).filter(({ msg }) => /ended and is replaced/.test(msg))).toMatchObject([{ pid: killed }]);
  expect(await server.end()).toBe(0);
});

test('what one of them revokes none accepts, under a key that was made once', async () => {
  const server = await start({ EMAIL_VERIFICATION: 'optional', LIMITS_FACTOR: '1000', SMTP_URL: '' });
  const email = newEmail();
  const { register } = await server.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
  const code = await server.codeFor(email);
  const { verifyOtp } = await server.ask(VERIFY_OTP, { input: { challengeToken: register.challengeToken, code } });
  const me = async () =>
    (
      await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${verifyOtp.accessToken}`,
          connection: 'close',
        },
        body: JSON.stringify({ query: '{ me { email } }' }),
      })
    ).text();
  for (let turn = 0; turn < 4; turn += 1) expect(await me()).toContain(email);
  await server.ask('mutation { logout { endedSessions } }', {}, { token: verifyOtp.accessToken });
  for (let turn = 0; turn < 4; turn += 1) expect(await me()).toContain('TOKEN_REVOKED');
  expect(await server.end()).toBe(0);
});

test('the metrics are those of all of them', async () => {
  const server = await start();
  const ask = () =>
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ query: '{ authSettings { registrationOpen } }' }),
    });
  for (let turn = 0; turn < 6; turn += 1) expect((await ask()).status).toBe(200);
  const scrape = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  const text = await scrape.text();
  expect(text).toMatch(/^sallyport_operations_total\{[^}]*operation="authSettings"[^}]*\} 6$/m);
  // What runs, not how many of it.
  expect(text.match(/^sallyport_build_info\{.*$/gm)).toEqual([
    `sallyport_build_info{version="${VERSION}",node="${process.version}"} 1`,
  ]);
  expect(await server.end()).toBe(0);
});

test('if the first cannot start, nothing is retried: the reason is printed once, and it ends with 1', async () => {
  const { code, output } = await runCommand([], {
    PORT: '0',
    WORKERS: '2',
    KEYS_DIR: temporaryFolder(),
    DATABASE_URL: 'postgres://nobody@127.0.0.1:9/nothing',
  });
  expect(code).toBe(1);
  expect(output.match(/The database cannot be reached/g)).toHaveLength(1);
});

test('the embedded database refuses to be shared', async () => {
  const { code, output } = await runCommand([], { WORKERS: '2', DATA_DIR: temporaryFolder() });
  expect(code).toBe(1);
  expect(output).toContain('WORKERS: the embedded database serves one process.');
});
