import { beforeAll, describe, expect, test } from '@jest/globals';
import { holderOf, REINSTATE_USER, signInRefusal, SUSPEND_USER } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import {
  admin,
  ME,
  REFRESH,
  registeredPerson,
  signIn,
  type SignedInPerson,
  signedInPerson,
} from '../support/people.js';

let gateway: TestGateway;
let second: TestGateway;
let chief: SignedInPerson;

beforeAll(async () => {
  gateway = await startGateway();
  second = await gateway.replica();
  chief = await admin(gateway);
});

const suspend = (userId: string, reason?: string, token = chief.accessToken) =>
  gateway.gql(SUSPEND_USER, { input: { userId, reason } }, { token });
const reinstate = (userId: string) => gateway.gql(REINSTATE_USER, { input: { userId } }, { token: chief.accessToken });

describe('a suspended person', () => {
  test('is out everywhere when the answer comes: access token, refresh token, password', async () => {
    const person = await signedInPerson(gateway);
    const other = await signIn(gateway, person);
    await second.ask(ME, {}, { token: person.accessToken });
    const { data } = await suspend(person.id, 'Sold the badge.');
    expect(data?.suspendUser).toMatchObject({ status: 'SUSPENDED', sessions: [] });
    for (const { accessToken: token } of [person, other])
      expectCode(await second.gql(ME, {}, { token }), 'TOKEN_REVOKED');
    for (const { refreshToken } of [person, other]) {
      expectCode(await second.gql(REFRESH, { input: { refreshToken } }), 'REFRESH_TOKEN_INVALID');
    }
    expect(await signInRefusal(second, person)).toBe('ACCOUNT_SUSPENDED');
    expect(await gateway.database.sql('SELECT suspended_reason FROM users WHERE id = $1', [person.id])).toEqual([
      { suspended_reason: 'Sold the badge.' },
    ]);
  });

  test('needs a reason that is text', async () => {
    const person = await registeredPerson(gateway);
    for (const reason of ['a\0b', 'a\ud800b', 'x'.repeat(501)])
      expectCode(await suspend(person.id, reason), 'BAD_USER_INPUT');
    expect(await signInRefusal(second, person)).toBeUndefined();
  });

  test('signs in again once reinstated, and earlier sessions stay ended', async () => {
    const person = await signedInPerson(gateway);
    await suspend(person.id);
    const { data } = await reinstate(person.id);
    expect(data?.reinstateUser).toMatchObject({ status: 'ACTIVE', sessions: [] });
    expectCode(await second.gql(ME, {}, { token: person.accessToken }), 'TOKEN_REVOKED');
    expect(await signInRefusal(gateway, person)).toBeUndefined();
  });

  test('does not slip in while being suspended: no session outlives the answer', async () => {
    const person = await signedInPerson(gateway);
    const logins = Array.from({ length: 6 }, () => signInRefusal(second, person));
    await Promise.all([suspend(person.id), ...logins]);
    const live = await gateway.database.sql('SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL', [
      person.id,
    ]);
    expect(live).toEqual([]);
  });
});

test('the last administrator cannot be suspended, two who suspend each other at once included', async () => {
  const own = await startGateway();
  for (let round = 0; round < 4; round += 1) {
    await own.database.sql(`DELETE FROM user_roles WHERE role_name = 'admin'`);
    const [ada, bob] = await Promise.all([admin(own), admin(own)]);
    const answers = await Promise.all([
      own.gql(SUSPEND_USER, { input: { userId: bob.id } }, { token: ada.accessToken }),
      own.gql(SUSPEND_USER, { input: { userId: ada.id } }, { token: bob.accessToken }),
    ]);
    expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
  }
});

test('a writer of users does not suspend a user with more rights', async () => {
  const writer = await holderOf(gateway, ['users:write', 'users:read']);
  const auditor = await holderOf(gateway, ['audit:read']);
  const answer = await suspend(auditor.id, undefined, writer.accessToken);
  expectCode(answer, 'FORBIDDEN');
  expect(answer.errors[0]?.extensions.permission).toBe('audit:read');
  expectCode(await suspend(chief.id, undefined, writer.accessToken), 'FORBIDDEN');
  const person = await signedInPerson(gateway);
  expect((await suspend(person.id, undefined, writer.accessToken)).errors).toEqual([]);
});

test('the audit log has what was done and what was refused, with actor and subject', async () => {
  const writer = await holderOf(gateway, ['users:write']);
  const person = await signedInPerson(gateway);
  await suspend(person.id, undefined, writer.accessToken);
  await suspend(chief.id, undefined, writer.accessToken);
  const events = await gateway.database.sql(
    `SELECT action, outcome, code, subject_id FROM audit_events WHERE actor_id = $1 AND action = 'suspendUser' ORDER BY at, id`,
    [writer.id],
  );
  expect(events).toEqual([
    { action: 'suspendUser', outcome: 'SUCCEEDED', code: null, subject_id: person.id },
    { action: 'suspendUser', outcome: 'REFUSED', code: 'FORBIDDEN', subject_id: chief.id },
  ]);
});
