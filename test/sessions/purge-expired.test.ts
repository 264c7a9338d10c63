import { beforeAll, expect, test } from '@jest/globals';
import { ormOptions } from '../../mikro-orm.config.js';
import { loadConfig } from '../../src/config/config.js';
import { FEATURES, gather } from '../../src/features.js';
import { type Database, openDatabase } from '../../src/platform/database.js';
import { purgeExpiredJob } from '../../src/platform/jobs/purge-expired.js';
import { createLog } from '../../src/platform/log.js';
import { wrongClock } from '../support/clock.js';
import { expectCode } from '../support/client.js';
import { embeddedFolder } from '../support/embedded-folder.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { openTestDatabase } from '../support/open-test-database.js';
import {
  LOGOUT,
  ME,
  newEmail,
  REFRESH,
  REGISTER,
  registeredPerson,
  signedInPerson,
  signIn,
  STRONG_PASSWORD,
} from '../support/people.js';

const DAY = 86_400_000;
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

async function purge(signal = new AbortController().signal, clock = gateway.clock): Promise<void> {
  const database = await openTestDatabase(gateway.database.url);
  await purgeIn(database, { config: gateway.config, clock }, signal);
  await database.close();
}
function purgeIn(
  { orm }: Database,
  needs: Pick<TestGateway, 'config' | 'clock'>,
  signal = new AbortController().signal,
): Promise<void> {
  return purgeExpiredJob({ ...needs, em: orm.em.fork(), retention: gather(FEATURES, 'retention') }).work({}, signal);
}
const count = async (table: string) => Number((await gateway.database.sql(`select count(*) from ${table}`))[0]!.count);

test('what can no longer be used is deleted after a week, and nothing else', async () => {
  const ada = await registeredPerson(gateway);
  const ended = await signIn(gateway, ada);
  const kept = await signIn(gateway, ada);
  await gateway.ask(REFRESH, { input: { refreshToken: ended.refreshToken } });
  await gateway.ask(LOGOUT, {}, { token: ended.accessToken });

  await purge();
  const whose = () =>
    gateway.database.sql('select id from sessions where id = any($1)', [[ended.sessionId, kept.sessionId]]);
  expect(await whose()).toHaveLength(2);

  gateway.clock.advance(8 * DAY);
  await purge();
  expect(await whose()).toEqual([{ id: kept.sessionId }]);
  const tokens = 'select session_id from refresh_tokens where session_id = any($1)';
  expect(await gateway.database.sql(tokens, [[ended.sessionId, kept.sessionId]])).toEqual([
    { session_id: kept.sessionId },
  ]);
  expect(await count('challenges')).toBe(0);

  const { refresh } = await gateway.ask(REFRESH, { input: { refreshToken: kept.refreshToken } });
  expect((await gateway.ask(ME, {}, { token: refresh.accessToken })).me.id).toBe(ada.id);
  expectCode(await gateway.gql(REFRESH, { input: { refreshToken: ended.refreshToken } }), 'REFRESH_TOKEN_INVALID');
});

test('a process whose clock is a year ahead deletes nothing that is still in use', async () => {
  await signedInPerson(gateway);
  await gateway.ask(REGISTER, { input: { email: newEmail(), password: STRONG_PASSWORD } });
  const tables = ['users', 'pending_registrations', 'sessions', 'challenges', 'mails'];
  const counts = () => Promise.all(tables.map(count));
  const before = await counts();
  await purge(new AbortController().signal, wrongClock(365 * DAY));
  expect(await counts()).toEqual(before);
});

test('a session that was not refreshed stays until its absolute lifetime is over: the purge goes by what no refresh changes', async () => {
  const ada = await signedInPerson(gateway);
  const left = () => gateway.database.sql('select 1 from sessions where id = $1', [ada.sessionId]);
  gateway.clock.advance(89 * DAY);
  expectCode(await gateway.gql(REFRESH, { input: { refreshToken: ada.refreshToken } }), 'REFRESH_TOKEN_INVALID');
  await purge();
  expect(await left()).toHaveLength(1);
  gateway.clock.advance(9 * DAY);
  await purge();
  expect(await left()).toHaveLength(0);
});

test('a backlog goes in batches, and stops between two when the process does', async () => {
  const { id } = await registeredPerson(gateway);
  const left = async () =>
    (await gateway.database.sql(`select from sessions where user_id = $1 and user_agent = 'backlog'`, [id])).length;
  await gateway.database.sql(
    `insert into sessions (id, user_id, created_at, last_used_at, expires_at, absolute_expires_at, ended_at, user_agent,
                           refreshes_since, authentication_methods)
     select gen_random_uuid(), $1, $2, $2, $2, $2, case when n % 2 = 0 then $2::timestamptz end, 'backlog', $2, '{PASSWORD}'
       from generate_series(1, 2500) n`,
    [id, new Date(gateway.clock.now().getTime() - 9 * DAY)],
  );
  const stopping = new AbortController();
  stopping.abort();
  await purge(stopping.signal);
  expect(await left()).toBe(2500);
  await purge();
  expect(await left()).toBe(0);
});

test('a registration that was never verified is deleted after a month, and no account is', async () => {
  const registration = { email: newEmail(), password: STRONG_PASSWORD, username: `squat${Date.now()}` };
  await gateway.ask(REGISTER, { input: registration });
  const verified = await registeredPerson(gateway);
  const invited = newEmail();
  await gateway.database.sql(
    `insert into users (id, email, created_at, updated_at) values (gen_random_uuid(), $1, $2, $2)`,
    [invited, gateway.clock.now()],
  );
  const left = () =>
    gateway.database.sql<{ email: string }>(
      `select email from users where email = any($1)
       union all select email from pending_registrations where email = any($1) order by email`,
      [[registration.email, verified.email, invited]],
    );
  gateway.clock.advance(29 * DAY);
  await purge();
  expect(await left()).toHaveLength(3);
  gateway.clock.advance(2 * DAY);
  await purge();
  expect((await left()).map(({ email }) => email)).toEqual([verified.email, invited].sort());
});

test('a mail goes after 30 days, also one that was given up and still holds what it says', async () => {
  await gateway.database.sql('delete from mails');
  const insert = (days: number) =>
    gateway.database.sql(
      `insert into mails (id, template, locale, recipient, sealed, created_at)
       values (gen_random_uuid(), 'new-sign-in', 'en', 'ada@example.com', 'sealed', $1)`,
      [new Date(gateway.clock.now().getTime() - days * DAY)],
    );
  await insert(31);
  await insert(29);
  await purge();
  expect(await count('mails')).toBe(1);
});

test('the embedded database, which vacuums nothing by itself, is vacuumed and analyzed', async () => {
  const config = loadConfig({ NODE_ENV: 'test', DATA_DIR: await embeddedFolder() });
  const database = await openDatabase(config, ormOptions, createLog({ logLevel: 'silent' }));
  try {
    const rows = `select reltuples::int as counted from pg_class where relname = 'roles'`;
    expect(await database.sql('', rows, [])).toEqual([{ counted: -1 }]);
    await purgeIn(database, { config, clock: gateway.clock });
    expect(await database.sql('', rows, [])).toEqual([{ counted: 2 }]);
  } finally {
    await database.close();
  }
}, 120_000);
