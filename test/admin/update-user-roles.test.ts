import { beforeAll, describe, expect, test } from '@jest/globals';
import { claimsOf, CREATE_ROLE, holderOf, SUSPEND_USER, UPDATE_USER_ROLES } from '../support/administration.js';
import { PERMISSIONS } from '../support/authorization-table.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, ME, REFRESH, registeredPerson, type SignedInPerson, signedInPerson } from '../support/people.js';

let gateway: TestGateway;
let second: TestGateway;
let chief: SignedInPerson;

beforeAll(async () => {
  gateway = await startGateway();
  second = await gateway.replica();
  chief = await admin(gateway);
});

const give = (userId: string, roles: string[], token = chief.accessToken, on = gateway) =>
  on.gql(UPDATE_USER_ROLES, { input: { userId, roles } }, { token });

test('a token of before is refused on a second process at once, and the next refresh carries the new scope', async () => {
  const person = await signedInPerson(gateway);
  await second.ask(ME, {}, { token: person.accessToken });
  const { data } = await give(person.id, ['user', 'admin']);
  expect(data?.updateUserRoles.roles).toEqual([{ name: 'admin' }, { name: 'user' }]);
  expect(data?.updateUserRoles.permissions).toContain('users:write');

  expectCode(await second.gql(ME, {}, { token: person.accessToken }), 'TOKEN_REVOKED');
  const { refresh } = await second.ask(REFRESH, { input: { refreshToken: person.refreshToken } });
  expect(refresh.session.id).toBe(person.sessionId);
  const claims = claimsOf(refresh.accessToken);
  expect(claims.roles).toEqual(['admin', 'user']);
  expect(claims.scope.split(' ')).toContain('users:write');
  await give(person.id, ['user']);
});

test('taken rights are gone at once, not when the token expires', async () => {
  const person = await admin(gateway);
  await second.ask('{ roles { name } }', {}, { token: person.accessToken });
  await give(person.id, ['user']);
  expectCode(await second.gql('{ roles { name } }', {}, { token: person.accessToken }), 'TOKEN_REVOKED');
  const { refresh } = await second.ask(REFRESH, { input: { refreshToken: person.refreshToken } });
  expectCode(await second.gql('{ roles { name } }', {}, { token: refresh.accessToken }), 'FORBIDDEN');
});

test('the same roles again leave the tokens alone', async () => {
  const person = await signedInPerson(gateway);
  expect((await give(person.id, ['user'])).errors).toEqual([]);
  await second.ask(ME, {}, { token: person.accessToken });
});

test('many at once are all counted: no change of rights is lost', async () => {
  const person = await signedInPerson(gateway);
  const changes = Array.from({ length: 10 }, (_, index) =>
    give(person.id, index % 2 ? ['user'] : [], chief.accessToken, index % 3 ? gateway : second),
  );
  for (const { errors } of await Promise.all(changes)) expect(errors).toEqual([]);
  expectCode(await second.gql(ME, {}, { token: person.accessToken }), 'TOKEN_REVOKED');
});

test('unknown people and unknown roles are NOT_FOUND', async () => {
  const person = await registeredPerson(gateway);
  expectCode(await give('00000000-0000-7000-8000-000000000000', ['user']), 'NOT_FOUND');
  expectCode(await give("' or 1=1", ['user']), 'NOT_FOUND');
  const answer = await give(person.id, ['no-such-role']);
  expectCode(answer, 'NOT_FOUND');
  expect(answer.errors[0]?.extensions.field).toBe('input.roles');
  expectCode(
    await give(
      person.id,
      Array.from({ length: 9 }, (_, index) => `role-${index}`),
    ),
    'BAD_USER_INPUT',
  );
});

describe('a writer of users who is no administrator', () => {
  test('hands out what they hold, and neither more nor the role of administrators', async () => {
    const writer = await holderOf(gateway, ['users:write', 'users:read']);
    const person = await registeredPerson(gateway);
    await gateway.ask(
      CREATE_ROLE,
      { input: { name: 'auditor', permissions: ['audit:read'] } },
      { token: chief.accessToken },
    );
    const beyond = await give(person.id, ['user', 'auditor'], writer.accessToken);
    expectCode(beyond, 'FORBIDDEN');
    expect(beyond.errors[0]?.extensions.permission).toBe('audit:read');
    expectCode(await give(writer.id, ['user', writer.role, 'admin'], writer.accessToken), 'FORBIDDEN');
    expect((await give(person.id, ['user', writer.role], writer.accessToken)).errors).toEqual([]);
  });

  test('with every single permission there is, still makes no administrator', async () => {
    const deputy = await holderOf(gateway, [...PERMISSIONS]);
    const answer = await give(deputy.id, ['user', deputy.role, 'admin'], deputy.accessToken);
    expectCode(answer, 'FORBIDDEN');
    expect(answer.errors[0]?.extensions.role).toBe('admin');
  });

  test('cannot take roles from an administrator', async () => {
    const writer = await holderOf(gateway, ['users:write']);
    expectCode(await give(chief.id, [], writer.accessToken), 'FORBIDDEN');
  });
});

describe('the last administrator', () => {
  test('two who demote each other at once: one remains, in every round', async () => {
    const own = await startGateway();
    const replica = await own.replica();
    for (let round = 0; round < 5; round += 1) {
      await own.database.sql(`DELETE FROM user_roles WHERE role_name = 'admin'`);
      const [ada, bob] = await Promise.all([admin(own), admin(own)]);
      const answers = await Promise.all([
        give(bob.id, ['user'], ada.accessToken, own),
        give(ada.id, ['user'], bob.accessToken, replica),
      ]);
      const codes = answers.map(({ errors }) => errors[0]?.extensions.code ?? 'done').sort();
      // Whoever was slow enough to be asked after the other's answer finds their token dead.
      expect([
        ['LAST_ADMIN', 'done'],
        ['TOKEN_REVOKED', 'done'],
      ]).toContainEqual(codes);
      const [row] = await own.database.sql(`SELECT count(*)::int AS left FROM user_roles WHERE role_name = 'admin'`);
      expect(row).toEqual({ left: 1 });
    }
  });

  test('demotion, suspension and deletion at once leave one who can act', async () => {
    const own = await startGateway();
    const [ada, bob, eve] = await Promise.all([admin(own), admin(own), admin(own)]);
    await Promise.all([
      give(bob.id, ['user'], ada.accessToken, own),
      own.gql(SUSPEND_USER, { input: { userId: eve.id } }, { token: bob.accessToken }),
      own.gql(
        `mutation ($id: ID!) { deleteUser(input: { userId: $id }) { userId } }`,
        { id: ada.id },
        { token: eve.accessToken },
      ),
    ]);
    const left = await own.database.sql(
      `SELECT u.id FROM users u JOIN user_roles ur ON ur.user_id = u.id
        WHERE ur.role_name = 'admin' AND u.deleted_at IS NULL AND u.suspended_at IS NULL`,
    );
    expect(left.length).toBeGreaterThanOrEqual(1);
  });

  test('cannot lay the role down, and can once there is another', async () => {
    const own = await startGateway();
    const only = await admin(own);
    expectCode(await give(only.id, ['user'], only.accessToken, own), 'LAST_ADMIN');
    await admin(own);
    expect((await give(only.id, ['user'], only.accessToken, own)).errors).toEqual([]);
  });
});
