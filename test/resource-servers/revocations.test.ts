import { beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { claimsOf, holderOf, UPDATE_ROLE, UPDATE_USER_ROLES } from '../support/administration.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, LOGOUT, newEmail, type SignedInPerson, signedInPerson } from '../support/people.js';
import { basic, ORDERS, ORDERS_SECRET, RESOURCE_SERVERS } from '../support/resource-server.js';
import { type Feed, readFeed } from '../support/revocation-feed.js';
import { until } from '../support/until.js';
import { within } from '../support/within.js';

let gateway: TestGateway;
let other: TestGateway;
let boss: SignedInPerson;
let feed: Feed;
beforeAll(async () => {
  gateway = await startGateway(RESOURCE_SERVERS);
  // What one process revokes, another one tells of, without Redis in between.
  other = await gateway.replica({ REDIS_URL: '' });
  boss = await admin(gateway);
  feed = await readFeed(other.url);
});

const told = (kind: string, key: string, from = feed) =>
  from.until(({ data }) => data.kind === kind && data.key === key);
const keysIn = ({ events }: Feed) => events.flatMap(({ data }) => (data.key ? [data.key] : []));

describe('the feed of revocations', () => {
  test('reports a session that ended, and until when that matters', async () => {
    const { accessToken, sessionId } = await signedInPerson(gateway);
    const { exp } = claimsOf(accessToken);
    await gateway.ask(LOGOUT, {}, { token: accessToken });
    const { data } = await told('session', sessionId);
    expect(data).toEqual({ kind: 'session', key: sessionId, exp: expect.any(Number) });
    expect(data.exp).toBeGreaterThanOrEqual(exp);
  });

  test('reports a user whose roles changed, and a role whose permissions changed, with the version that is valid now', async () => {
    const ada = await holderOf(gateway, ['orders:read']);
    const [mine, ofRole] = claimsOf(ada.accessToken).ver as [number, number];
    const changed = { name: ada.role, permissions: [] };
    await gateway.ask(UPDATE_ROLE, { input: changed }, { token: boss.accessToken });
    expect((await told('role', ada.role)).data).toMatchObject({ ver: ofRole + 1 });
    await gateway.ask(UPDATE_USER_ROLES, { input: { userId: ada.id, roles: ['user'] } }, { token: boss.accessToken });
    expect((await told('user', ada.id)).data).toMatchObject({ ver: mine + 1 });
  });

  test('reports changes made by hand', async () => {
    const [ada, eve] = [await signedInPerson(gateway), await signedInPerson(gateway)];
    await gateway.database.sql('update sessions set ended_at = now() where id = $1', [ada.sessionId]);
    await gateway.database.sql('delete from sessions where id = $1', [eve.sessionId]);
    await Promise.all([told('session', ada.sessionId), told('session', eve.sessionId)]);
  });

  test('begins with all that still matters, and then says so', async () => {
    const { accessToken, sessionId } = await signedInPerson(gateway);
    await gateway.ask(LOGOUT, {}, { token: accessToken });
    const late = await readFeed(gateway.url);
    await late.until(({ event }) => event === 'synced');
    const synced = late.events.findIndex(({ event }) => event === 'synced');
    expect(late.events.slice(0, synced).map(({ data }) => data.key)).toContain(sessionId);
    late.close();
  });

  test('goes on where it was, in another process too', async () => {
    const first = await readFeed(gateway.url);
    const { id } = await first.synced();
    first.close();
    const missed = await signedInPerson(gateway);
    await gateway.ask(LOGOUT, {}, { token: missed.accessToken });
    const second = await readFeed(other.url, { 'last-event-id': id! });
    await second.until(({ event }) => event === 'synced');
    expect(keysIn(second)).toContain(missed.sessionId);
    second.close();
  });

  test('does not begin anew for who resumes', async () => {
    const { accessToken, sessionId } = await signedInPerson(gateway);
    await gateway.ask(LOGOUT, {}, { token: accessToken });
    await told('session', sessionId);
    // A transaction that is older, anywhere on the server, has it told again until it has ended.
    for (;;) {
      const { id } = await feed.synced();
      const resumed = await readFeed(gateway.url, { 'last-event-id': id! });
      await resumed.until(({ event }) => event === 'synced');
      resumed.close();
      if (!keysIn(resumed).includes(sessionId)) break;
    }
  });

  test.each([
    ['nonsense'],
    ['1.99999999999'],
    ['1795910400000000.3'],
    ["0.0'; drop table sessions; --"],
    ['0.99999999999999999999'],
  ])('begins anew where the id is none of its own: %s', async (id) => {
    const { accessToken, sessionId } = await signedInPerson(gateway);
    await gateway.ask(LOGOUT, {}, { token: accessToken });
    const anew = await readFeed(gateway.url, { 'last-event-id': id });
    await anew.until(({ event }) => event === 'synced');
    expect(keysIn(anew)).toContain(sessionId);
    anew.close();
  });

  test('misses nothing of a transaction that commits after younger ones', async () => {
    const [slow, quick] = [await signedInPerson(gateway), await signedInPerson(gateway)];
    const client = new pg.Client({ connectionString: gateway.database.url });
    await client.connect();
    try {
      await client.query('begin');
      await client.query('update sessions set ended_at = now() where id = $1', [slow.sessionId]);
      await gateway.ask(LOGOUT, {}, { token: quick.accessToken });
      await told('session', quick.sessionId);
      const { id } = await feed.synced();
      expect(keysIn(feed)).not.toContain(slow.sessionId);
      await client.query('commit');
      await told('session', slow.sessionId);
      const resumed = await readFeed(gateway.url, { 'last-event-id': id! });
      await told('session', slow.sessionId, resumed);
      resumed.close();
    } finally {
      await client.end();
    }
  });

  test('reports nothing that was rolled back', async () => {
    const { accessToken, sessionId } = await signedInPerson(gateway);
    const client = new pg.Client({ connectionString: gateway.database.url });
    await client.connect();
    await client.query('begin');
    await client.query('update sessions set ended_at = now() where id = $1', [sessionId]);
    await client.query('rollback');
    await client.end();
    await feed.synced();
    await feed.synced();
    expect(keysIn(feed)).not.toContain(sessionId);
    await gateway.ask(LOGOUT, {}, { token: accessToken });
  });

  test('says every few seconds that nothing was missed', async () => {
    // Readers distrust what they know after five.
    await within(5_000, () => feed.synced());
  });

  test('reports nothing to services that RESOURCE_SERVERS does not name, and never a name or an address', async () => {
    const stranger = await readFeed(gateway.url, { authorization: basic('orders', `${ORDERS_SECRET.slice(1)}x`) });
    expect(stranger.status).toBe(401);
    const withToken = await readFeed(gateway.url, { authorization: `Bearer ${boss.accessToken}` });
    expect(withToken.status).toBe(401);
    const email = newEmail();
    const ada = await signedInPerson(gateway, { email });
    await gateway.ask(LOGOUT, {}, { token: ada.accessToken });
    await told('session', ada.sessionId);
    expect(JSON.stringify(feed.events)).not.toContain(email.split('@')[0]);
  });
});

test('a service that opens too many streams is refused, and keeps no other out', async () => {
  const third = await gateway.replica({ RESOURCE_SERVERS: `orders=${ORDERS_SECRET},other=${ORDERS_SECRET}` });
  const streams = await Promise.all(Array.from({ length: 51 }, () => readFeed(third.url)));
  expect(streams.filter(({ status }) => status === 200)).toHaveLength(50);
  expect(streams.filter(({ status }) => status === 503)).toHaveLength(1);
  const another = await readFeed(third.url, { authorization: basic('other', ORDERS_SECRET) });
  expect(another.status).toBe(200);
  await third.close();
});

test('a stream whose reader has gone is closed, and HEAD opens none', async () => {
  const readers = async () => {
    const metrics = await (await other.http('/metrics')).text();
    return Number(/sallyport_revocation_readers (\d+)/.exec(metrics)?.[1]);
  };
  // Those of other tests have gone.
  await until(async () => (await readers()) === 1);
  const stream = await readFeed(other.url);
  expect(await readers()).toBe(2);
  stream.close();
  expect((await other.http('/revocations', { method: 'HEAD', headers: ORDERS })).status).toBe(200);
  await until(async () => (await readers()) === 1);
});

test('a server that stops ends its streams at once', async () => {
  const third = await gateway.replica();
  const stream = await readFeed(third.url);
  await stream.until(({ event }) => event === 'synced');
  const begun = performance.now();
  await third.close();
  await stream.ended;
  // After ten seconds it would break off whatever is open.
  expect(performance.now() - begun).toBeLessThan(9_000);
});
