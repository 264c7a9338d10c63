import { once } from 'node:events';
import { linkSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { type SignedInPerson, signedInPerson } from '../support/people.js';
import {
  callBySocket,
  callCoprocessor,
  codeOf,
  COPROCESSOR,
  HIVE_POLICIES,
  hiveAnalysis,
  routerRequest,
} from '../support/router-calls.js';
import { type SlowLink, startSlowLink } from '../support/slow-link.js';
import { within } from '../support/within.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-coprocessor-'));
let database: TestDatabase;
let link: SlowLink;
let gateway: TestGateway;
let ada: SignedInPerson;
beforeAll(async () => {
  database = await cloneDatabase();
  link = await startSlowLink(database.tcpUrl);
  const url = new URL(database.tcpUrl);
  url.port = `${link.port}`;
  gateway = await startGateway({ ...COPROCESSOR, DATABASE_URL: url.href, REDIS_URL: '', JOBS: 'off' });
  ada = await signedInPerson(gateway);
});
afterAll(async () => {
  await gateway?.close();
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

test('a unix socket is taken over from a process that died, and from no other', async () => {
  const path = join(folder, 'coprocessor.sock');
  const own = { COPROCESSOR_PORT: '', COPROCESSOR_SOCKET: path };
  const first = await gateway.replica(own);
  expect(await callBySocket(path, routerRequest(ada.accessToken))).toMatchObject({ control: 'continue' });
  expect(statSync(path).mode & 0o777).toBe(0o660);
  await expect(gateway.replica(own)).rejects.toThrow(/COPROCESSOR_SOCKET/);
  expect(await callBySocket(path, routerRequest('nonsense'))).toMatchObject({ control: { break: 401 } });
  await first.close();
  // What a process that was killed leaves behind: closing removes the file, which is put back.
  const left = createServer().listen(path);
  await once(left, 'listening');
  linkSync(path, `${path}.kept`);
  await new Promise((done) => left.close(done));
  linkSync(`${path}.kept`, path);
  const second = await gateway.replica(own);
  expect(await callBySocket(path, routerRequest(ada.accessToken))).toMatchObject({ control: 'continue' });
  await second.close();
  writeFileSync(path, 'a file of somebody');
  await expect(gateway.replica(own)).rejects.toThrow(/COPROCESSOR_SOCKET/);
  expect(statSync(path).size).toBe(18);
});

test('without Redis and PostgreSQL, dead or silent, it refuses, or admits genuine tokens if configured to', async () => {
  const open = await gateway.replica({ COPROCESSOR_ON_FAILURE: 'open' });
  const outcome = async (one: TestGateway, token: string | null) => {
    const { answer } = await within(1000, () => callCoprocessor(one, hiveAnalysis(token, ['authenticated'])));
    return answer.control === 'continue' ? answer.context[HIVE_POLICIES].authenticated : codeOf(answer);
  };
  const all = () =>
    Promise.all([
      outcome(gateway, ada.accessToken),
      outcome(open, ada.accessToken),
      outcome(open, 'nonsense'),
      outcome(gateway, null),
    ]);
  const unavailable = [503, 'SERVICE_UNAVAILABLE'];
  expect(await all()).toEqual([true, true, [401, 'TOKEN_INVALID'], false]);
  link.delay(600_000);
  expect(await all()).toEqual([unavailable, true, [401, 'TOKEN_INVALID'], false]);
  await link.close();
  expect(await all()).toEqual([unavailable, true, [401, 'TOKEN_INVALID'], false]);
});
