import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { testWith } from '../support/not-run.js';
import {
  LOGOUT,
  LOGOUT_BY_REFRESH_TOKEN,
  ME,
  REFRESH,
  type SignedInPerson,
  signedInPerson,
} from '../support/people.js';
import { hasRedisServer, type RedisServer, startRedisServer } from '../support/redis-server.js';
import { until } from '../support/until.js';

const test = testWith(hasRedisServer(), 'Logout across replicas', 'no redis-server to start');
let redis: RedisServer | undefined;
let one: TestGateway;
let two: TestGateway;

beforeAll(async () => {
  if (!hasRedisServer()) return;
  redis = await startRedisServer();
  // Without the relays, which ask PostgreSQL for what is due.
  one = await startGateway({ REDIS_URL: redis.url, JOBS: 'off' });
  two = await one.replica();
});
afterAll(() => redis?.stop());

const me = (gateway: TestGateway, token?: string) => gateway.gql(ME, {}, { token });

/** Signed in on the first process, known and warm on the second. */
async function knownOnBoth(): Promise<SignedInPerson> {
  const ada = await signedInPerson(one);
  for (let count = 0; count < 3; count += 1) expect((await me(two, ada.accessToken)).errors).toEqual([]);
  return ada;
}

const WAYS: [way: string, logout: (person: SignedInPerson) => Promise<unknown>][] = [
  ['its access token', ({ accessToken }) => one.ask(LOGOUT, {}, { token: accessToken })],
  ['its refresh token', ({ refreshToken }) => one.ask(LOGOUT_BY_REFRESH_TOKEN, { token: refreshToken })],
];

describe.each(WAYS)('when logout by %s has answered on one process, the other', (_way, logout) => {
  test('refuses the token at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const ada = await knownOnBoth();
      await logout(ada);
      expectCode(await me(two, ada.accessToken), 'TOKEN_REVOKED');
      expectCode(await two.gql(REFRESH, { input: { refreshToken: ada.refreshToken } }), 'REFRESH_TOKEN_INVALID');
    }
  });

  test('refuses it right after FLUSHALL, and knows the others still', async () => {
    const ada = await knownOnBoth();
    const grace = await knownOnBoth();
    await logout(ada);
    await redis!.command('FLUSHALL');
    for (const gateway of [two, one]) {
      expectCode(await me(gateway, ada.accessToken), 'TOKEN_REVOKED');
      expect((await me(gateway, grace.accessToken)).errors).toEqual([]);
    }
  });

  test('refuses it when Redis was killed and came back empty in between', async () => {
    const ada = await knownOnBoth();
    const grace = await knownOnBoth();
    await logout(ada);
    await redis!.kill();
    expectCode(await me(two, ada.accessToken), 'TOKEN_REVOKED');
    expect((await me(two, grace.accessToken)).errors).toEqual([]);
    await redis!.start();
    expectCode(await me(two, ada.accessToken), 'TOKEN_REVOKED');
    expect((await me(two, grace.accessToken)).errors).toEqual([]);
  });

  test('refuses it when Redis was stopped before the logout', async () => {
    const ada = await knownOnBoth();
    const grace = await knownOnBoth();
    await redis!.kill();
    await logout(ada);
    expectCode(await me(two, ada.accessToken), 'TOKEN_REVOKED');
    expect((await me(two, grace.accessToken)).errors).toEqual([]);
    await redis!.start();
    expectCode(await me(two, ada.accessToken), 'TOKEN_REVOKED');
  });

  test('refuses it when Redis hangs', async () => {
    const ada = await knownOnBoth();
    redis!.pause();
    try {
      await logout(ada);
      expectCode(await me(two, ada.accessToken), 'TOKEN_REVOKED');
    } finally {
      redis!.resume();
    }
    expectCode(await me(two, ada.accessToken), 'TOKEN_REVOKED');
  });
});

describe('an anonymous request', () => {
  test('costs neither Redis nor SQL', async () => {
    const counted = async () => ({
      redis: Number(/total_commands_processed:(\d+)/.exec(await redis!.command('INFO stats'))?.[1]),
      // When each of the gateways' connections (not the job queue's) was last used.
      sql: await one.database.sql(
        `select pid, state_change from pg_stat_activity
          where datname = current_database() and application_name = 'sallyport' order by pid`,
      ),
    });
    await me(two);
    // After the faults of other tests both ask Redis again.
    for (const gateway of [one, two])
      await until(async () => (await (await gateway.http('/metrics')).text()).includes('redis_circuit_open 0'));
    const before = await counted();
    for (let count = 0; count < 30; count += 1) expectCode(await me(two), 'UNAUTHENTICATED');
    for (let count = 0; count < 30; count += 1) expectCode(await me(two, 'garbage'), 'TOKEN_INVALID');
    const after = await counted();
    expect(before.sql.length).toBeGreaterThan(0);
    // One that was idle for long has been closed meanwhile.
    expect(before.sql).toEqual(expect.arrayContaining(after.sql));
    // INFO and QUIT of the count itself.
    expect(after.redis - before.redis).toBeLessThan(10);

    const ada = await signedInPerson(two);
    await me(two, ada.accessToken);
    expect((await counted()).sql).not.toEqual(before.sql);
  });
});
