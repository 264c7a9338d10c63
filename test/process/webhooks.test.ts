import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { deriveKey, encrypt } from '../../src/platform/crypto.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { startServer, temporaryFolder } from '../support/server-process.js';
import { until } from '../support/until.js';
import { someUsers } from '../support/webhook-receiver.js';

jest.setTimeout(120_000);

const SERVER_SECRET = 'a secret of this test that no other has';

let database: TestDatabase;
let receiver: Server;
const received: { id: string; body: string; response: ServerResponse }[] = [];
beforeAll(async () => {
  database = await cloneDatabase();
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => received.push({ id: String(request.headers['webhook-id']), body, response }));
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await database.drop();
});

/** In development, which sends to this machine, and by http. */
async function webhook(): Promise<void> {
  const id = '01980000-0000-7000-8000-000000000001';
  const { port } = receiver.address() as AddressInfo;
  const secret = encrypt(deriveKey(SERVER_SECRET, 'webhook'), `whsec_${'A'.repeat(43)}=`, id);
  await database.sql(
    `insert into webhooks (id, url, events, secret, created_at) values ($1, $2, '{user.updated}', $3, now())`,
    [id, `http://127.0.0.1:${port}/hook`, secret],
  );
}

test('a process that is killed while it sends leaves the event due again, with the same webhook-id', async () => {
  const settings = { DATABASE_URL: database.url, KEYS_DIR: temporaryFolder(), SERVER_SECRET };
  await webhook();
  const first = await startServer(settings);
  await database.sql(
    `select tell_webhooks('user.updated', $1::uuid, now(), '{}') from generate_series(1, 2)`,
    someUsers(1),
  );
  await until(() => received.length === 1);
  expect(await first.end('SIGKILL')).toBe('SIGKILL');
  const [row] = await database.sql<{ status: string; seconds: number }>(
    `select status, extract(epoch from next_attempt_at - now())::float8 as seconds from webhook_deliveries order by seq limit 1`,
  );
  expect(row!.status).toBe('PENDING');
  expect(row!.seconds).toBeLessThanOrEqual(60);
  // The rest of the minute is not waited for.
  await database.sql(`update webhook_deliveries set next_attempt_at = 'epoch'`);
  const second = await startServer(settings);
  await until(() => received.length === 2);
  expect(received[1]!.id).toBe(received[0]!.id);
  expect(received[1]!.body).toBe(received[0]!.body);
  received[1]!.response.end();
  await until(() => received.length === 3);
  expect(received[2]!.id).not.toBe(received[0]!.id);
  received[2]!.response.end();
  const delivered = `select from webhook_deliveries where status = 'DELIVERED'`;
  await until(async () => (await database.sql(delivered)).length === 2);
  expect(await second.end()).toBe(0);
});

test('a process that stops waits a moment for its receiver, and leaves the event due at once', async () => {
  received.length = 0;
  await database.sql('truncate webhooks, webhook_deliveries, webhook_attempts');
  await webhook();
  const server = await startServer({ DATABASE_URL: database.url, KEYS_DIR: temporaryFolder(), SERVER_SECRET });
  await database.sql(`select tell_webhooks('user.updated', $1::uuid, now(), '{}')`, someUsers(1));
  await until(() => received.length === 1);
  const begun = performance.now();
  expect(await server.end('SIGTERM')).toBe(0);
  // The receiver itself has fifteen seconds.
  expect(performance.now() - begun).toBeLessThan(13_000);
  const rows = await database.sql(
    `select tries from webhook_deliveries where status = 'PENDING' and next_attempt_at < now()`,
  );
  expect(rows).toEqual([{ tries: 0 }]);
});
