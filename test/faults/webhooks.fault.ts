import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, jest } from '@jest/globals';
import { holderOf } from '../support/administration.js';
import { fault } from '../support/fault.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { seconds } from '../support/installation.js';
import { CREATE_WEBHOOK } from '../support/webhook-documents.js';
import { numbersByUser, type Sent, someUsers } from '../support/webhook-receiver.js';

jest.setTimeout(300_000);

const USERS = 500;
const EACH = 20;
const MINUTE = 60_000;

let gateway: TestGateway;
let receiver: Server;
let taken: Sent[] = [];
let tried = 0;
let down = true;
let hang = false;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      tried += 1;
      if (hang) return;
      if (!down) taken.push({ path: '', method: 'POST', headers: request.headers, body, at: Date.now() });
      response.writeHead(down ? 503 : 204).end();
    });
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  // In development this machine is sent to, and by http.
  gateway = await startGateway({ NODE_ENV: 'development' });
  const { accessToken: token } = await holderOf(gateway, ['webhooks:write']);
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  await gateway.ask(CREATE_WEBHOOK, { input: { url, events: ['user.updated'] } }, { token });
});
afterAll(() => {
  receiver.closeAllConnections();
  receiver.close();
});

const tell = (users: string[], count: number) =>
  gateway.database.sql(
    `select tell_webhooks('user.updated', u, now(), jsonb_build_object('user_id', u, 'number', n))
       from generate_series(1, $2::int) as n, unnest($1::uuid[]) as u order by n`,
    [users, count],
  );
const waiting = async () =>
  (
    await gateway.database.sql<{ count: number }>(
      `select count(*)::int as count from webhook_deliveries where status <> 'DELIVERED'`,
    )
  )[0]!.count;

fault(
  `${USERS * EACH} events for a receiver that is away for an hour`,
  'each is taken once, in the order of its user, within a minute of work after its return',
  async () => {
    const users = someUsers(USERS);
    await tell(users, EACH);
    for (let minute = 0; minute < 60; minute += 1) {
      gateway.clock.advance(MINUTE);
      await sleep(30);
    }
    const inVain = tried;
    down = false;
    const begun = performance.now();
    let left = await waiting();
    while (left > 0 && performance.now() - begun < 240_000) {
      await sleep(500);
      const now = await waiting();
      // Only where nothing is being sent: a claim of a minute would be over, and what it holds be sent twice.
      if (now === left) gateway.clock.advance(5 * MINUTE);
      left = now;
    }
    const took = performance.now() - begun;
    const ids = new Set(taken.map(({ headers }) => headers['webhook-id'])).size;
    const ordered = Object.values(numbersByUser(taken)).every((numbers) =>
      numbers.every((number, at) => number === at + 1),
    );
    const all = ids === USERS * EACH && taken.length === ids && ordered;
    const figure = `${ids} taken, ${taken.length - ids} twice, ${ordered ? 'in order' : 'out of order'}, ${seconds(took)}; ${inVain} tries in the hour`;
    return { figure, held: all && took < 60_000 && inVain < 100 };
  },
);

fault('a receiver that takes requests and answers none', 'an attempt ends after 15 s, and is reported', async () => {
  taken = [];
  hang = true;
  await gateway.database.sql('truncate webhook_deliveries, webhook_attempts');
  await tell(someUsers(1), 1);
  const attempt = `select error, duration_ms as took from webhook_attempts`;
  let rows: { error: string; took: number }[] = [];
  for (const begun = performance.now(); rows.length === 0 && performance.now() - begun < 30_000; await sleep(100))
    rows = await gateway.database.sql(attempt);
  const [row] = rows;
  const took = row?.took ?? Infinity;
  return { figure: `${row?.error} ${seconds(took)}`, held: took > 14_000 && took < 17_000 };
});
