import { beforeAll, expect, test } from '@jest/globals';
import { CREATE_ROLE, DELETE_ROLE, DELETE_USER, holderOf, UPDATE_USER_ROLES } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, registeredPerson, type SignedInPerson } from '../support/people.js';

let gateway: TestGateway;
let second: TestGateway;
let chief: SignedInPerson;

beforeAll(async () => {
  gateway = await startGateway();
  second = await gateway.replica();
  chief = await admin(gateway);
});

const as = () => ({ token: chief.accessToken });
const create = (name: string) => gateway.ask(CREATE_ROLE, { input: { name, permissions: ['orders:read'] } }, as());
const grant = (userId: string, roles: string[]) => second.gql(UPDATE_USER_ROLES, { input: { userId, roles } }, as());
const remove = (name: string, token = chief.accessToken) => gateway.gql(DELETE_ROLE, { input: { name } }, { token });

test('a role without holders is deleted', async () => {
  await create('gone');
  expect((await remove('gone')).data?.deleteRole).toEqual({ name: 'gone' });
  expectCode(await remove('gone'), 'NOT_FOUND');
});

test('a role with a holder stays, also when that account is deleted and could be restored', async () => {
  await create('held');
  const person = await registeredPerson(gateway);
  await grant(person.id, ['held']);
  expectCode(await remove('held'), 'ROLE_IN_USE');
  await gateway.ask(DELETE_USER, { input: { userId: person.id } }, as());
  expectCode(await remove('held'), 'ROLE_IN_USE');
});

test('the built-in roles stay', async () => {
  expectCode(await remove('user'), 'ROLE_BUILT_IN');
  expectCode(await remove('admin'), 'ROLE_BUILT_IN');
});

test('without the role’s own permissions, it cannot be deleted', async () => {
  const manager = await holderOf(gateway, ['roles:write']);
  await create('beyond');
  expectCode(await remove('beyond', manager.accessToken), 'FORBIDDEN');
});

test('deleted while it is granted, it is either held or gone: no person holds a role that is not there', async () => {
  const people = await Promise.all(Array.from({ length: 4 }, () => registeredPerson(gateway)));
  for (let round = 0; round < 6; round += 1) {
    const name = `race-${round}`;
    await create(name);
    const [deletion, ...grants] = await Promise.all([
      remove(name),
      ...people.map(({ id }) => grant(id, ['user', name])),
    ]);
    const codes = grants.map(({ errors }) => errors[0]?.extensions.code);
    if (deletion.errors.length === 0) {
      expect(codes).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND']);
    } else {
      expectCode(deletion, 'ROLE_IN_USE');
      expect(codes).toContain(undefined);
    }
    const [{ count }] = (await gateway.database.sql(
      'SELECT count(*)::int AS count FROM user_roles WHERE role_name = $1',
      [name],
    )) as [{ count: number }];
    expect(count).toBe(codes.filter((code) => code === undefined).length);
  }
});
