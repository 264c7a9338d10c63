import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, ME, newEmail, REGISTER, type SignedInPerson, signedInPerson } from '../support/people.js';
import { type PostgresServer, startPostgresServer } from '../support/postgres-server.js';
import { type SlowLink, startSlowLink } from '../support/slow-link.js';

jest.setTimeout(120_000);

let server: PostgresServer;
let link: SlowLink;
let gateway: TestGateway;
let person: SignedInPerson;
beforeAll(async () => {
  server = await startPostgresServer();
  link = await startSlowLink(server.url);
  const url = await server.database('silent');
  // Without Redis every request with a token asks PostgreSQL.
  gateway = await startGateway({ DATABASE_URL: url.replace(/:\d+\//, `:${link.port}/`), REDIS_URL: '' });
  person = await signedInPerson(gateway);
});
afterAll(async () => {
  await gateway.close();
  await link.close();
  await server.stop();
});

/** Reads, single statements and transactions, all at once. */
function everyKind(count: number): Promise<string[]> {
  const kinds = [
    () => gateway.gql(ME, {}, { token: person.accessToken }),
    () => gateway.gql(LOGIN, { input: { identifier: person.email, password: person.password } }),
    () => gateway.gql(REGISTER, { input: { email: newEmail(), password: 'a lighthouse keeper counts ships' } }),
  ];
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const { errors } = await kinds[index % kinds.length]!();
      return errors[0]?.extensions.code ?? 'served';
    }),
  );
}

const allServed = (count: number) => Array.from({ length: count }, () => 'served');

/** Thirty at once, each kind of them: some may find the queue of hashes full on a busy machine, but no place of the pool stays lost. */
async function servesAgain(): Promise<void> {
  const end = performance.now() + 60_000;
  while ((await everyKind(30)).some((one) => one !== 'served')) {
    if (performance.now() > end) throw new Error('it does not serve again');
    await sleep(500);
  }
}

const tells = (sentence: string) => gateway.log.lines.filter(({ msg }) => msg.startsWith(sentence)).length;

describe('a PostgreSQL that accepts and never answers', () => {
  test('costs one time-out; what comes meanwhile is answered at once; all is served once it answers', async () => {
    expect(await everyKind(9)).toEqual(allServed(9));
    server.pause();
    const begun = performance.now();
    expect(new Set(await everyKind(40))).toEqual(new Set(['SERVICE_UNAVAILABLE']));
    const first = performance.now() - begun;
    // Each would wait as long as the first did.
    for (let times = 0; times < 10; times += 1)
      expect(new Set(await everyKind(4))).toEqual(new Set(['SERVICE_UNAVAILABLE']));
    expect(performance.now() - begun).toBeLessThan(first * 4);
    expect((await gateway.http('/health/ready')).status).toBe(503);
    server.resume();
    await servesAgain();
    expect(tells('PostgreSQL does not answer')).toBe(1);
    expect(tells('PostgreSQL answers again')).toBe(1);
  });

  test('also where a route drops everything, and connections of before stay silent for ever', async () => {
    link.drop();
    expect(new Set(await everyKind(40))).toEqual(new Set(['SERVICE_UNAVAILABLE']));
    link.restore();
    await servesAgain();
  });

  test('is not one that works long at a statement: that is waited for', async () => {
    const before = tells('PostgreSQL does not answer');
    const client = new pg.Client({ connectionString: gateway.config.databaseUrl });
    await client.connect();
    await client.query('begin');
    await client.query('lock table passwords in access exclusive mode');
    const waiting = everyKind(2);
    await sleep(8_000);
    await client.query('commit');
    await client.end();
    expect(await waiting).toEqual(allServed(2));
    expect(tells('PostgreSQL does not answer')).toBe(before);
  });
});

test('connections that break in the middle of transactions leave the pool, and no place of it is lost', async () => {
  for (let round = 0; round < 3; round += 1) {
    const client = new pg.Client({ connectionString: gateway.config.databaseUrl });
    await client.connect();
    await client.query('begin');
    // What `register` writes at the end of its transaction.
    await client.query('lock table mails in access exclusive mode');
    const broken = Promise.all(
      Array.from({ length: 5 }, () =>
        gateway.gql(REGISTER, { input: { email: newEmail(), password: 'a lighthouse keeper counts ships' } }),
      ),
    );
    const waiting = `select pid from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'sallyport'`;
    const end = performance.now() + 20_000;
    while ((await server.sql(waiting)).length < 5 && performance.now() < end) await sleep(20);
    expect(await server.sql(`select pg_terminate_backend(pid) from (${waiting}) as w`)).toHaveLength(5);
    for (const { errors } of await broken) expect(errors[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
    await client.query('rollback');
    await client.end();
  }
  await servesAgain();
});

test('a PostgreSQL that was killed and starts again is served from', async () => {
  await server.crash();
  expect(new Set(await everyKind(8))).toEqual(new Set(['SERVICE_UNAVAILABLE']));
  await server.start();
  await server.answers();
  await servesAgain();
});

test('a silent PostgreSQL does not keep the gateway from stopping', async () => {
  const other = await gateway.replica();
  expect((await other.gql(ME, {}, { token: person.accessToken })).errors).toEqual([]);
  server.pause();
  const answered = other.gql(ME, {}, { token: person.accessToken }).catch(() => {});
  await sleep(100);
  await other.close();
  await answered;
  server.resume();
});
