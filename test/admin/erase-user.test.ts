import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { FEATURES, gather } from '../../src/features.js';
import type { PersonalTable } from '../../src/platform/personal-data.js';
import { sealEvents } from '../../src/audit/seal.js';
import { verifyChain } from '../../src/audit/verify.js';
import { DELETE_USER, ERASE_USER, holderOf, signInRefusal } from '../support/administration.js';
import { createdApiKey } from '../support/api-keys.js';
import { expectCode } from '../support/client.js';
import { exportOf } from '../support/data-exports.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, ME, REFRESH, registeredPerson, type SignedInPerson, signedInPerson } from '../support/people.js';
import { expectStored, PIXEL, upload } from '../support/pictures.js';
import { type Column, COLUMNS, writeRows } from '../support/rows-of-person.js';
import { until } from '../support/until.js';

const tables = gather(FEATURES, 'personalData').filter((word): word is PersonalTable => 'of' in word);

let gateway: TestGateway;
let second: TestGateway;
let chief: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway();
  second = await gateway.replica();
  chief = await admin(gateway);
});

const erase = (userId: string, token = chief.accessToken, reason = 'request 7') =>
  gateway.gql(ERASE_USER, { input: { userId, reason } }, { token });
const sql = <Row = any>(text: string, params: unknown[] = []) => gateway.database.sql<Row>(text, params);
const redacted = () =>
  until(
    async () => (await sql(`select 1 from pgboss.job where name = 'redact-user' and state < 'completed'`)).length === 0,
  );

test('an erased person is out everywhere at once, and their address is free', async () => {
  const person = await signedInPerson(gateway);
  const { secret } = await createdApiKey(gateway, person.accessToken);
  await second.ask(ME, {}, { token: person.accessToken });
  await second.ask(ME, {}, { token: secret });
  expect((await erase(person.id)).data?.eraseUser).toEqual({ userId: person.id });
  expectCode(await second.gql(ME, {}, { token: person.accessToken }), 'TOKEN_REVOKED');
  expect((await second.gql(ME, {}, { token: secret })).errors).toHaveLength(1);
  expectCode(await second.gql(REFRESH, { input: { refreshToken: person.refreshToken } }), 'REFRESH_TOKEN_INVALID');
  expect(await signInRefusal(second, person)).toBe('INVALID_CREDENTIALS');
  const { user } = await gateway.ask(
    'query ($id: ID!) { user(id: $id) { id } }',
    { id: person.id },
    { token: chief.accessToken },
  );
  expect(user).toBeNull();
  expectCode(await erase(person.id), 'NOT_FOUND');
  const mail = await gateway.mailbox.lastTo(person.email, 'account-erased');
  expect(mail.text).toContain('last mail');
});

test('of each table no row of the person is left but where it is said why, and the rows of others are', async () => {
  const columns = await sql<Column>(COLUMNS);
  const [person, other] = [await signedInPerson(gateway), await signedInPerson(gateway)];
  const written = await writeRows(gateway.database.url, tables, columns, person);
  const ofOther = await writeRows(gateway.database.url, tables, columns, other);
  expect((await erase(person.id)).errors).toEqual([]);
  await redacted();
  const stay = new Set(tables.filter(({ erased }) => typeof erased === 'object').map(({ table }) => table));
  const everything = new Map<string, string>();
  for (const { table } of tables)
    everything.set(table, JSON.stringify(await sql(`select row_to_json(t)::text as row from ${table} t`)));
  const left = written.filter(({ table, value }) => everything.get(table)!.includes(value) && !stay.has(table));
  expect(left).toEqual([]);
  const gone = ofOther.filter(({ table, value, type }) => type !== 'bytea' && !everything.get(table)!.includes(value));
  expect(gone).toEqual([]);
  for (const [table, text] of everything)
    if (table !== 'mails') expect([table, text.includes(person.email)]).toEqual([table, false]);
});

test('the picture and the file of an export go, by jobs', async () => {
  const own = await startGateway();
  const boss = await admin(own);
  const person = await signedInPerson(own);
  await upload(own, person.accessToken, PIXEL);
  await exportOf(own, person.accessToken);
  await own.ask(ERASE_USER, { input: { userId: person.id, reason: 'asked' } }, { token: boss.accessToken });
  const folder = join(own.config.storageUrl!.replace(/^file:/, ''), 'exports');
  await until(async () => (await readdir(folder)).length === 0);
  await expectStored(own);
});

test('an account that was deleted before is erased too', async () => {
  const person = await signedInPerson(gateway);
  await gateway.ask(DELETE_USER, { input: { userId: person.id } }, { token: chief.accessToken });
  expect((await erase(person.id)).errors).toEqual([]);
  expect(await sql('select 1 from users where id = $1', [person.id])).toEqual([]);
});

describe('the audit log', () => {
  test('keeps the events, loses the person and is verified as before', async () => {
    const own = await startGateway({}, {});
    const boss = await admin(own);
    const [person, other] = [await signedInPerson(own), await signedInPerson(own)];
    const suspend = `insert into audit_events (id, at, action, actor_id, subject_id, ip_address, details)
      values (gen_random_uuid(), now(), 'suspendUser', $1, $2, '192.0.2.77', '{"reason": "a rumour"}')`;
    await own.database.sql(suspend, [boss.id, person.id]);
    await sealEvents(own.inner.services);
    await own.ask(ERASE_USER, { input: { userId: person.id, reason: 'request 7' } }, { token: boss.accessToken });
    await until(
      async () =>
        (await own.database.sql(`select 1 from pgboss.job where name = 'redact-user' and state < 'completed'`))
          .length === 0,
    );
    await sealEvents(own.inner.services);
    const events = (id: string) =>
      own.database.sql<any>(
        `select action, actor_id as actor, ip_address as ip, user_agent as device, details from audit_events
          where subject_id = $1 order by seq`,
        [id],
      );
    expect(await events(person.id)).toEqual([
      { action: 'login', actor: person.id, ip: null, device: null, details: null },
      { action: 'suspendUser', actor: boss.id, ip: '192.0.2.77', device: null, details: null },
      {
        action: 'eraseUser',
        actor: boss.id,
        ip: '127.0.0.1',
        device: 'node',
        details: { reason: 'request 7', endedSessions: 1 },
      },
    ]);
    expect(await events(other.id)).toEqual([expect.objectContaining({ action: 'login', ip: '127.0.0.1' })]);
    expect(await verifyChain(own.inner.services)).toMatchObject({ problems: [], foreign: null });
  });
});

describe('it is refused', () => {
  test('to those who lack the permission, and for users with more rights', async () => {
    const person = await registeredPerson(gateway);
    const writer = await holderOf(gateway, ['users:write', 'users:read']);
    const eraser = await holderOf(gateway, ['users:erase']);
    expectCode(await erase(person.id, writer.accessToken), 'FORBIDDEN');
    expectCode(await erase(chief.id, eraser.accessToken), 'FORBIDDEN');
    expectCode(await erase(person.id, eraser.accessToken, ' '), 'BAD_USER_INPUT');
    expect((await erase(person.id, eraser.accessToken)).errors).toEqual([]);
  });

  test('without a recent authentication, to a key, and for oneself', async () => {
    const person = await registeredPerson(gateway);
    const boss = await admin(gateway);
    const { secret } = await createdApiKey(gateway, boss.accessToken, { permissions: ['users:erase'] });
    expectCode(await erase(person.id, secret), 'FORBIDDEN');
    expectCode(await erase(boss.id, boss.accessToken), 'REAUTHENTICATION_REQUIRED');
    gateway.clock.advance(6 * 60_000);
    expectCode(await erase(person.id, boss.accessToken), 'REAUTHENTICATION_REQUIRED');
    expect(await sql('select count(*)::int as n from users where id = $1', [person.id])).toEqual([{ n: 1 }]);
  });
});
