import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, jest } from '@jest/globals';
import pg from 'pg';
import { loadConfig } from '../../src/config/config.js';
import { fault } from '../support/fault.js';
import {
  asked,
  type Installation,
  newPerson,
  newSession,
  type Person,
  seconds,
  startInstallation,
  timed,
  type Tokens,
} from '../support/installation.js';
import { mixedRequests, summary, untilAllServed } from '../support/mixed-requests.js';
import { LOGIN } from '../support/people.js';

jest.setTimeout(120_000);

let all: Installation;
let person: Person;
let tokens: Tokens;
beforeAll(async () => {
  all = await startInstallation();
  person = await newPerson(all);
  tokens = await newSession(all, person);
});
afterAll(() => all.stop());

const mixed = (count: number) => mixedRequests(all, person, tokens, count);
const untilServed = () => untilAllServed(() => mixed(30));

fault(
  'PostgreSQL frozen (SIGSTOP) under 40 requests',
  'each is answered SERVICE_UNAVAILABLE within 10 s, later ones at once; 30 of 30 served within 10 s of its return',
  async () => {
    all.postgres.pause();
    const first = summary(await mixed(40));
    const later = summary(await mixed(40));
    all.postgres.resume();
    const back = await untilServed();
    return {
      figure: `40 answered within ${seconds(first.slowest)}, 40 later ones within ${seconds(later.slowest)}; 30 of 30 after ${seconds(back)}`,
      held: first.unavailable && later.unavailable && first.slowest < 10_000 && later.slowest < 3_000 && back < 10_000,
    };
  },
);

fault(
  'PostgreSQL killed (SIGKILL) and started again',
  'requests meanwhile are answered SERVICE_UNAVAILABLE within 5 s; 30 of 30 served within 10 s of its return',
  async () => {
    const under = mixed(40);
    await all.postgres.crash();
    await under;
    const away = summary(await mixed(40));
    await all.postgres.start();
    await all.postgres.answers();
    const back = await untilServed();
    return {
      figure: `40 answered within ${seconds(away.slowest)}; 30 of 30 after ${seconds(back)}`,
      held: away.unavailable && away.slowest < 5_000 && back < 10_000,
    };
  },
);

fault(
  'all connections of PostgreSQL are taken by others',
  'each request is answered SERVICE_UNAVAILABLE with retryAfter within 1 s; 30 of 30 served within 5 s of their end',
  async () => {
    const others = await takeAllConnections();
    const away = summary(await mixed(40));
    const { errors } = await all.server.gql(LOGIN, { input: { identifier: person.email, password: person.password } });
    await Promise.all(others.map((one) => one.end()));
    const back = await untilServed();
    return {
      figure: `40 answered within ${seconds(away.slowest)}, retryAfter ${errors[0]?.extensions.retryAfter}; 30 of 30 after ${seconds(back)}`,
      held: away.unavailable && away.slowest < 1_000 && errors[0]?.extensions.retryAfter === 1 && back < 5_000,
    };
  },
);

fault(
  'all connections of the pool are taken by sign-ins that wait for a lock',
  'what finds none is answered SERVICE_UNAVAILABLE within 5 s; those sign-ins and 30 of 30 are served within 5 s of its end',
  async () => {
    const holder = new pg.Client({ connectionString: all.settings.DATABASE_URL });
    await holder.connect();
    await holder.query('begin; lock table passwords in access exclusive mode');
    const signIns = Array.from({ length: 2 * POOL }, () => timed(() => newSession(all, person).catch(() => null)));
    await lockWaiters(POOL);
    const reads = await Promise.all(Array.from({ length: 30 }, () => timed(() => asked(all, tokens))));
    await holder.end();
    const { result: answers, took } = await timed(() => Promise.all(signIns));
    const back = await untilServed();
    const refused = summary(reads);
    const served = answers.filter(({ result }) => result !== null).length;
    return {
      figure: `30 reads answered within ${seconds(refused.slowest)}; ${served} sign-ins that had a connection served after ${seconds(took)}; 30 of 30 after ${seconds(took + back)}`,
      held: refused.unavailable && refused.slowest < 5_000 && served >= POOL && took + back < 5_000,
    };
  },
);

const POOL = loadConfig({ NODE_ENV: 'test' }).databasePool;

/** Those of the server, too: it is left with none. */
async function takeAllConnections(): Promise<pg.Client[]> {
  const others: pg.Client[] = [];
  const take = async () => {
    const other = new pg.Client({ connectionString: all.settings.DATABASE_URL });
    other.on('error', () => {});
    await other.connect();
    others.push(other);
  };
  const ofServer = `from pg_stat_activity where application_name like 'sallyport%'`;
  for (let full = false, left = 1; left > 0; full = false) {
    while (!full)
      full = await take().then(
        () => false,
        () => true,
      );
    await others[0]!.query(`select pg_terminate_backend(pid) ${ofServer}`);
    while (
      !(await take().then(
        () => false,
        () => true,
      ))
    );
    left = (await others[0]!.query(`select 1 ${ofServer}`)).rows.length;
  }
  return others;
}

async function lockWaiters(count: number): Promise<void> {
  const waiters = `select 1 from pg_stat_activity where wait_event_type = 'Lock'`;
  while ((await all.postgres.sql(waiters)).length < count) await sleep(20);
}
