import { beforeAll, describe, expect, test } from '@jest/globals';
import { CREATE_ROLE, holderOf, UPDATE_USER_ROLES } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, REFRESH, type SignedInPerson, signedInPerson } from '../support/people.js';

let gateway: TestGateway;
let chief: SignedInPerson;

beforeAll(async () => {
  gateway = await startGateway();
  chief = await admin(gateway);
});

const create = (input: object, token = chief.accessToken) => gateway.gql(CREATE_ROLE, { input }, { token });

test("an administrator makes a role with the application's own permissions, sorted and once each", async () => {
  const { data } = await create({
    name: 'clerk',
    description: 'Sees orders.',
    permissions: ['orders:read', 'bills:read', 'orders:read'],
  });
  expect(data?.createRole).toEqual({
    name: 'clerk',
    description: 'Sees orders.',
    permissions: ['bills:read', 'orders:read'],
    builtIn: false,
    requiresSecondFactor: false,
  });
});

test('the roles are listed by name, the built-in ones among them', async () => {
  await create({ name: 'aardvark', permissions: [] });
  const { roles } = await gateway.ask('{ roles { name builtIn } }', {}, { token: chief.accessToken });
  const names: string[] = roles.map(({ name }: { name: string }) => name);
  expect(names).toEqual([...names].sort());
  expect(roles).toEqual(
    expect.arrayContaining([
      { name: 'admin', builtIn: true },
      { name: 'user', builtIn: true },
      { name: 'aardvark', builtIn: false },
    ]),
  );
});

test('a name is given once', async () => {
  await create({ name: 'twice', permissions: [] });
  expectCode(await create({ name: 'twice', permissions: [] }), 'ROLE_TAKEN');
  expectCode(await create({ name: 'admin', permissions: [] }), 'ROLE_TAKEN');
});

test.each([
  ['a name in capitals', { name: 'Clerk', permissions: [] }],
  ['a name that is too long', { name: 'x'.repeat(33), permissions: [] }],
  ['a permission without an action', { name: 'odd', permissions: ['orders'] }],
  ['a permission that would be two in the scope', { name: 'odd', permissions: ['orders:read users:write'] }],
  [
    'a permission on what belongs to the gateway, which it does not know',
    { name: 'odd', permissions: ['users:purge'] },
  ],
  ['a permission in capitals', { name: 'odd', permissions: ['Orders:read'] }],
  ['more permissions than a token can carry', { name: 'odd', permissions: manyPermissions(60) }],
])('%s is refused', async (_, input) => {
  expectCode(await create(input), 'BAD_USER_INPUT');
});

describe('a manager of roles who is no administrator', () => {
  test('makes roles of what they hold, and no others', async () => {
    const manager = await holderOf(gateway, ['roles:write', 'roles:read', 'orders:read']);
    const { data } = await create({ name: 'reader', permissions: ['orders:read'] }, manager.accessToken);
    expect(data?.createRole.name).toBe('reader');
    const refused = await create(
      { name: 'backdoor', permissions: ['orders:read', 'users:write'] },
      manager.accessToken,
    );
    expectCode(refused, 'FORBIDDEN');
    expect(refused.errors[0]?.extensions.permission).toBe('users:write');
  });

  test('hands out no permission of the application that they lack', async () => {
    const manager = await holderOf(gateway, ['roles:write']);
    expectCode(await create({ name: 'refunder', permissions: ['orders:refund'] }, manager.accessToken), 'FORBIDDEN');
  });
});

test('a user with the most roles and permissions still has a token that works', async () => {
  const person = await signedInPerson(gateway);
  const names = Array.from({ length: 8 }, (_, index) => `big-${index}-${'x'.repeat(26)}`);
  for (const [index, name] of names.entries()) {
    const { errors } = await create({ name, permissions: manyPermissions(27, `p${index}`) });
    expect(errors).toEqual([]);
  }
  await gateway.ask(UPDATE_USER_ROLES, { input: { userId: person.id, roles: names } }, { token: chief.accessToken });
  const { refresh } = await gateway.ask(REFRESH, { input: { refreshToken: person.refreshToken } });
  expect(refresh.accessToken.length).toBeLessThan(8192);
  const { me } = await gateway.ask('{ me { permissions } }', {}, { token: refresh.accessToken });
  expect(me.permissions).toHaveLength(8 * 27);
});

function manyPermissions(count: number, prefix = 'p'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-resource-${index + 100}:read`);
}
