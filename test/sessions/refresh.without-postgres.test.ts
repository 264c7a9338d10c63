import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from '@jest/globals';
import { startGateway } from '../support/gateway.js';
import { REFRESH, registeredPerson, signIn } from '../support/people.js';
import { startPostgresServer } from '../support/postgres-server.js';
import { startSlowLink } from '../support/slow-link.js';

const BROWSERS = 16;
const stops: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

test('of the refreshes that are in flight when PostgreSQL goes away for longer than the grace period, none loses its session', async () => {
  const postgres = await startPostgresServer();
  stops.push(postgres.stop);
  const link = await startSlowLink(postgres.url);
  stops.push(link.close);
  const gateway = await startGateway({
    DATABASE_URL: postgres.url.replace(/:\d+\//, `:${link.port}/`),
    DATABASE_POOL: '20',
    REDIS_URL: '',
    REFRESH_GRACE: '1s',
  });
  const ada = await registeredPerson(gateway);
  const browsers: { refreshToken: string; sessionId: string }[] = [];
  for (let count = 0; count < BROWSERS; count += 1) browsers.push(await signIn(gateway, ada));

  const codes: string[] = [];
  const refresh = async (browser: (typeof browsers)[number]) => {
    const { data, errors } = await gateway.gql(REFRESH, { input: { refreshToken: browser.refreshToken } });
    if (data) browser.refreshToken = data.refresh.refreshToken;
    codes.push(errors[0]?.extensions.code ?? 'OK');
  };
  const used = async () => (await postgres.sql('select from refresh_tokens where used_at is not null')).length;
  await Promise.all(browsers.map(refresh));
  expect(new Set(codes.splice(0))).toEqual(new Set(['OK']));

  // What PostgreSQL says does not arrive any more: it commits, and nobody hears of it. Then it is gone.
  link.delay(600_000);
  const inFlight = browsers.map(refresh);
  while ((await used()) === BROWSERS) await sleep(20);
  await sleep(1000);
  await postgres.crash();
  link.delay(0);
  await Promise.all(inFlight);
  expect(new Set(codes.splice(0))).toEqual(new Set(['SERVICE_UNAVAILABLE']));
  await sleep(1500);
  await postgres.start();
  await postgres.answers();
  const lost = (await used()) - BROWSERS;
  for (const browser of browsers) {
    do {
      await refresh(browser);
      expect(codes.at(-1)).toMatch(/^(OK|SERVICE_UNAVAILABLE)$/);
    } while (codes.at(-1) !== 'OK');
  }
  codes.splice(0);
  await Promise.all(browsers.map(refresh));
  expect(new Set(codes)).toEqual(new Set(['OK']));
  const found = await postgres.sql(
    `select count(*) filter (where superseded)::int as superseded, count(*) filter (where used_at is null)::int as heads
       from refresh_tokens where session_id = any($1)`,
    [browsers.map(({ sessionId }) => sessionId)],
  );
  expect(found).toEqual([{ superseded: lost, heads: BROWSERS }]);
}, 180_000);
