import { createServer, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { startPostgres } from '../../scripts/own-postgres.mjs';
import { freePort } from '../../src/platform/free-port.js';
import { startGateway } from '../support/gateway.js';
import { REFRESH, registeredPerson, signIn } from '../support/people.js';

const BROWSERS = 16;
const stops: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

test('of the refreshes that are in flight when PostgreSQL goes away for longer than the grace period, none loses its session', async () => {
  const postgres = await startPostgres(await freePort('127.0.0.1'));
  stops.push(() => postgres.stop());
  const way = await openWay(Number(new URL(postgres.url).port));
  stops.push(way.close);
  const direct = new pg.Pool({ connectionString: postgres.url, max: 1 });
  direct.on('error', () => {});
  stops.unshift(() => direct.end());
  await answers(direct);
  const gateway = await startGateway({
    DATABASE_URL: postgres.url.replace(/:\d+\//, `:${way.port}/`),
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
    return errors.length === 0;
  };
  await Promise.all(browsers.map(refresh));
  expect(new Set(codes)).toEqual(new Set(['OK']));

  // What PostgreSQL says does not arrive any more: it commits, and nobody hears of it. Then it is gone.
  way.holdAnswers();
  const inFlight = browsers.map(refresh);
  while ((await used(direct)) === BROWSERS) await sleep(20);
  await sleep(1000);
  const lost = (await used(direct)) - BROWSERS;
  await postgres.crash();
  way.breakOff();
  expect(new Set(await Promise.all(inFlight))).toEqual(new Set([false]));
  await sleep(1500);
  await postgres.start();
  await answers(direct);
  await Promise.all(
    browsers.map(async (browser) => {
      while (!(await refresh(browser))) await sleep(100);
    }),
  );
  await Promise.all(browsers.map(refresh));
  expect(codes.filter((code) => code.startsWith('REFRESH_TOKEN'))).toEqual([]);
  const { rows } = await direct.query(
    `select count(*) filter (where rt.superseded)::int as superseded, count(*) filter (where rt.used_at is null)::int as heads
       from refresh_tokens rt where rt.session_id = any($1)`,
    [browsers.map(({ sessionId }) => sessionId)],
  );
  expect(rows).toEqual([{ superseded: lost, heads: BROWSERS }]);
}, 120_000);

async function used(database: pg.Pool): Promise<number> {
  const { rows } = await database.query('select from refresh_tokens where used_at is not null');
  return rows.length;
}

async function answers(database: pg.Pool): Promise<void> {
  const ready = () =>
    database.query('select 1').then(
      () => true,
      () => false,
    );
  while (!(await ready())) await sleep(100);
}

/** A way to a port of this machine on which answers can be held up, and all connections broken off. */
async function openWay(to: number) {
  const sockets = new Set<Socket>();
  let held = false;
  const server = createServer((client) => {
    const beyond = connect(to, '127.0.0.1');
    for (const [one, other] of [
      [client, beyond],
      [beyond, client],
    ] as const) {
      sockets.add(one);
      one.on('data', (bytes) => void (held && one === beyond ? null : other.write(bytes)));
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        if (!held) other.destroy();
      });
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const breakOff = () => {
    held = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as { port: number }).port,
    holdAnswers: () => void (held = true),
    breakOff,
    async close() {
      breakOff();
      await new Promise((closed) => server.close(closed));
    },
  };
}
