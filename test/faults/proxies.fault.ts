import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, jest } from '@jest/globals';
import { createClient } from '../support/client.js';
import { faultWith } from '../support/fault.js';
import { haproxy, haproxyBefore } from '../support/haproxy.js';
import {
  asked,
  type Installation,
  newPerson,
  newSession,
  type Person,
  seconds,
  startInstallation,
  type Tokens,
} from '../support/installation.js';
import { loadWhile } from '../support/load-while.js';
import { mixedRequests, summary, untilAllServed } from '../support/mixed-requests.js';
import { hasPgBouncer, type PgBouncer, startPgBouncer } from '../support/pgbouncer.js';
import { startServer } from '../support/server-process.js';
import { lostOf, signInsWhile } from '../support/sign-ins.js';

jest.setTimeout(120_000);

const between = faultWith(hasPgBouncer(), 'PgBouncer killed', 'no pgbouncer');
const inFront = faultWith(haproxy, 'a replica killed behind HAProxy', 'no haproxy');

let all: Installation;
let pooler: PgBouncer | undefined;
let person: Person;
let tokens: Tokens;
beforeAll(async () => {
  all = await startInstallation({
    async settings({ DATABASE_URL }) {
      if (hasPgBouncer()) pooler = await startPgBouncer(DATABASE_URL, { pool_mode: 'session' });
      // One name for both replicas: it is in the tokens.
      return { DATABASE_URL: pooler?.url ?? DATABASE_URL, PUBLIC_URL: 'http://localhost:4000' };
    },
  });
  person = await newPerson(all);
  tokens = await newSession(all, person);
});
afterAll(async () => {
  await all.stop();
  await pooler?.stop();
});

between(
  'PgBouncer (pool_mode=session) killed and started again while people sign in',
  'requests meanwhile are answered SERVICE_UNAVAILABLE within 5 s; 30 of 30 served within 5 s of its return; 0 sessions lost that were answered',
  async () => {
    let away = { unavailable: false, slowest: 0 };
    let back = 0;
    const answered = await signInsWhile(all, person, async () => {
      await sleep(1_000);
      await pooler!.kill();
      away = summary(await mixedRequests(all, person, tokens, 40));
      await pooler!.start();
      back = await untilAllServed(() => mixedRequests(all, person, tokens, 30));
    });
    const lost = await lostOf(all, answered);
    return {
      figure: `40 answered within ${seconds(away.slowest)}${away.unavailable ? '' : ', SOME OTHERWISE'}; 30 of 30 after ${seconds(back)}; ${lost} of ${answered.length} sessions lost`,
      held: away.unavailable && away.slowest < 5_000 && back < 5_000 && answered.length > 10 && lost === 0,
    };
  },
);

inFront(
  'one of two replicas behind HAProxy killed (SIGKILL) under load',
  'no request fails but those that were in flight at it',
  async () => {
    const other = await startServer(all.settings);
    const proxy = await haproxyBefore([all.server, other]);
    const through = { server: createClient(proxy.url) } as Pick<Installation, 'server'>;
    const requests: { sentAt: number; answeredAt: number; result: string }[] = [];
    const read = async () => {
      const sentAt = performance.now();
      const result = await asked(through, tokens).catch(String);
      requests.push({ sentAt, answeredAt: performance.now(), result });
    };
    const clients = Array.from({ length: 8 }, () => read);
    let goneAt = 0;
    let killedAt = 0;
    await loadWhile(clients, async () => {
      await sleep(1_000);
      killedAt = performance.now();
      await other.end('SIGKILL');
      goneAt = performance.now();
      await sleep(2_000);
    });
    await proxy.stop();
    const failed = requests.filter(({ result }) => result !== 'served');
    const inFlight = failed.filter((one) => one.answeredAt > killedAt && one.sentAt < goneAt).length;
    const after = requests.filter(({ sentAt }) => sentAt > goneAt).length;
    return {
      figure: `${failed.length - inFlight} of ${requests.length} requests failed, ${after} of them sent after it; ${inFlight} in flight did`,
      held: failed.length === inFlight && inFlight <= clients.length && after > 100,
    };
  },
);
