import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, jest } from '@jest/globals';
import { fault, type Measured } from '../support/fault.js';
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
import { mixedRequests, summary, untilAllServed } from '../support/mixed-requests.js';
import { LOGOUT } from '../support/people.js';
import { type PostgresServer, startPostgresServer } from '../support/postgres-server.js';
import { lostOf, signInsWhile } from '../support/sign-ins.js';
import { type SlowLink, startSlowLink } from '../support/slow-link.js';

jest.setTimeout(120_000);

let all: Installation;
let standby: PostgresServer;
/** The address that follows the primary. */
let link: SlowLink;
let person: Person;
let tokens: Tokens;
beforeAll(async () => {
  all = await startInstallation({
    async settings({ DATABASE_URL }) {
      link = await startSlowLink(DATABASE_URL);
      return { DATABASE_URL: DATABASE_URL.replace(/:\d+\//, `:${link.port}/`) };
    },
  });
  person = await newPerson(all);
  standby = await startPostgresServer({ standbyOf: all.postgres.url });
  await all.postgres.sql(`alter system set synchronous_standby_names = '*'`);
  await all.postgres.sql('select pg_reload_conf()');
  await until(all.postgres, `exists (select from pg_stat_replication where sync_state = 'sync')`);
  tokens = await newSession(all, person);
});
afterAll(async () => {
  await all.stop();
  await Promise.all([link.close(), standby?.stop()]);
});

const mixed = (count: number) => mixedRequests(all, person, tokens, count);

fault(
  'PostgreSQL killed while people sign in, and a synchronous standby promoted',
  'the standby is not served from before; 30 of 30 served within 10 s of its promotion; 0 sessions lost that were answered',
  async () => {
    let before = { unavailable: false };
    let back = 0;
    const answered = await signInsWhile(all, person, async () => {
      await sleep(1_000);
      await all.postgres.crash();
      link.lead(standby.url);
      before = summary(await mixed(30));
      await standby.sql('select pg_promote()');
      back = await untilAllServed(() => mixed(30));
    });
    const lost = await lostOf(all, answered);
    return {
      figure: `${before.unavailable ? 'no' : 'SOME'} request served by the standby; 30 of 30 after ${seconds(back)}; ${lost} of ${answered.length} sessions lost`,
      held: before.unavailable && back < 10_000 && answered.length > 10 && lost === 0,
    };
  },
);

/** What is asked of a PostgreSQL that takes no writes, and after its end. */
async function refusedUntil(end: () => Promise<void>): Promise<Measured> {
  const there = summary(await mixed(30));
  await end();
  const back = await untilAllServed(() => mixed(30));
  return {
    figure: `30 answered within ${seconds(there.slowest)}${there.unavailable ? '' : ', SOME SERVED'}; 30 of 30 after ${seconds(back)}`,
    held: there.unavailable && back < 10_000,
  };
}

fault(
  'the old primary comes back read-only, and the address leads to it',
  'each request is answered SERVICE_UNAVAILABLE, reads too; 30 of 30 served within 10 s of being led back',
  async () => {
    await all.postgres.start();
    await all.postgres.answers();
    await readOnly(all.postgres, true);
    link.lead(all.postgres.url);
    return refusedUntil(async () => link.lead(standby.url));
  },
);

fault(
  'PostgreSQL is set read-only while connections are open',
  'each request is answered SERVICE_UNAVAILABLE, reads too; 30 of 30 served within 10 s of its end',
  async () => {
    await readOnly(standby, true);
    return refusedUntil(async () => readOnly(standby, false));
  },
);

fault(
  'the primary killed while an asynchronous standby is behind',
  'lost is what was answered after the last byte that the standby got, sign-outs too, and nothing else; Redis still refuses the access tokens of those sign-outs',
  async () => {
    const late = await startPostgresServer({ standbyOf: standby.url });
    const way = await startSlowLink(standby.url);
    try {
      await late.sql(`alter system set primary_conninfo = 'host=127.0.0.1 port=${way.port} user=postgres'`);
      await late.sql(`alter system set wal_retrieve_retry_interval = '100ms'`);
      await late.sql('select pg_reload_conf()');
      await until(
        late,
        `exists (select from pg_stat_wal_receiver where sender_port = ${way.port} and status = 'streaming')`,
      );
      const earlier = await Promise.all(Array.from({ length: 10 }, () => newSession(all, person)));
      await until(standby, 'exists (select from pg_stat_replication where replay_lsn >= pg_current_wal_lsn())');
      way.drop();
      const later = await Promise.all(Array.from({ length: 10 }, () => newSession(all, person)));
      const [gone] = earlier.splice(0, 1) as [Tokens];
      await all.server.ask(LOGOUT, {}, { token: gone.accessToken });
      await standby.crash();
      await late.sql('select pg_promote()');
      link.lead(late.url);
      await untilAllServed(() => mixed(30));
      const access = await asked(all, gone);
      const lost = [await lostOf(all, earlier), await lostOf(all, later), 1 - (await lostOf(all, [gone]))];
      return {
        figure: `lost: ${lost[0]} of 9 sessions from before, ${lost[1]} of 10 from after, ${lost[2]} of 1 sign-out; its access token: ${access}`,
        held: lost.join() === '0,10,1' && access === 'TOKEN_REVOKED',
      };
    } finally {
      await Promise.all([late.stop(), way.close()]);
    }
  },
);

async function readOnly(server: PostgresServer, on: boolean): Promise<void> {
  await server.sql(`alter system set default_transaction_read_only = ${on}`);
  await server.sql('select pg_reload_conf()');
  await until(server, `current_setting('default_transaction_read_only')::bool = ${on}`);
}

async function until(server: PostgresServer, condition: string): Promise<void> {
  for (let tries = 0; !(await server.sql<{ holds: boolean }>(`select ${condition} as holds`))[0]?.holds; tries += 1) {
    if (tries > 200) throw new Error(`never: ${condition}`);
    await sleep(25);
  }
}
