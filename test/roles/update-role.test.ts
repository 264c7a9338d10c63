import { beforeAll, describe, expect, test } from '@jest/globals';
import { claimsOf, CREATE_ROLE, holderOf, UPDATE_ROLE, UPDATE_USER_ROLES } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { enroll } from '../support/factors.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, LOGIN, ME, REFRESH, signIn, type SignedInPerson, signedInPerson } from '../support/people.js';

let gateway: TestGateway;
let second: TestGateway;
let chief: SignedInPerson;

beforeAll(async () => {
  gateway = await startGateway();
  second = await gateway.replica();
  chief = await admin(gateway);
});

const update = (input: object, token = chief.accessToken) => gateway.gql(UPDATE_ROLE, { input }, { token });

async function holder(role: string): Promise<SignedInPerson> {
  const person = await signedInPerson(gateway);
  await gateway.ask(
    UPDATE_USER_ROLES,
    { input: { userId: person.id, roles: ['user', role] } },
    { token: chief.accessToken },
  );
  return { ...person, ...(await signIn(gateway, person)) };
}

describe('a change of permissions', () => {
  test('kills the tokens of every holder on a second process at once, and the next refresh carries the new scope', async () => {
    await gateway.ask(
      CREATE_ROLE,
      { input: { name: 'packer', permissions: ['parcels:read'] } },
      { token: chief.accessToken },
    );
    const holders = await Promise.all([holder('packer'), holder('packer')]);
    const bystander = await signedInPerson(gateway);
    for (const { accessToken: token } of [...holders, bystander]) await second.ask(ME, {}, { token });

    const { data } = await update({ name: 'packer', permissions: ['parcels:read', 'parcels:send'] });
    expect(data?.updateRole.permissions).toEqual(['parcels:read', 'parcels:send']);

    for (const { accessToken: token } of holders) expectCode(await second.gql(ME, {}, { token }), 'TOKEN_REVOKED');
    await second.ask(ME, {}, { token: bystander.accessToken });
    for (const { refreshToken } of holders) {
      const { refresh } = await second.ask(REFRESH, { input: { refreshToken } });
      expect(claimsOf(refresh.accessToken)).toMatchObject({
        scope: 'parcels:read parcels:send',
        roles: ['packer', 'user'],
      });
      await gateway.ask(ME, {}, { token: refresh.accessToken });
    }
  });

  test('is one write, however many hold the role', async () => {
    await gateway.ask(CREATE_ROLE, { input: { name: 'crowd', permissions: [] } }, { token: chief.accessToken });
    await holder('crowd');
    const versions = () => gateway.database.sql('SELECT id, version, xmin::text FROM users ORDER BY id');
    const before = await versions();
    await update({ name: 'crowd', permissions: ['parcels:read'] });
    expect(await versions()).toEqual(before);
    expect(await gateway.database.sql(`SELECT version FROM roles WHERE name = 'crowd'`)).toEqual([{ version: 2 }]);
  });

  test('two at once both count', async () => {
    await gateway.ask(CREATE_ROLE, { input: { name: 'busy', permissions: [] } }, { token: chief.accessToken });
    const changes = Array.from({ length: 8 }, (_, index) =>
      [gateway, second][index % 2]!.gql(
        UPDATE_ROLE,
        { input: { name: 'busy', permissions: [`p${index}:read`] } },
        { token: chief.accessToken },
      ),
    );
    for (const { errors } of await Promise.all(changes)) expect(errors).toEqual([]);
    expect(await gateway.database.sql(`SELECT version FROM roles WHERE name = 'busy'`)).toEqual([{ version: 9 }]);
  });
});

test('another description leaves the tokens alone; null clears it', async () => {
  await gateway.ask(CREATE_ROLE, { input: { name: 'quiet', permissions: ['a:b'] } }, { token: chief.accessToken });
  const person = await holder('quiet');
  const { data } = await update({ name: 'quiet', description: 'Hush.' });
  expect(data?.updateRole).toMatchObject({ description: 'Hush.', permissions: ['a:b'] });
  await second.ask(ME, {}, { token: person.accessToken });
  expect((await update({ name: 'quiet', description: null })).data?.updateRole.description).toBeNull();
});

test('the role user can be changed; what administrators may do cannot', async () => {
  expectCode(await update({ name: 'admin', permissions: ['users:read'] }), 'ROLE_BUILT_IN');
  const { data } = await update({ name: 'admin', description: 'The few.' });
  expect(data?.updateRole.description).toBe('The few.');
  expect((await update({ name: 'user', permissions: [] })).errors).toEqual([]);
  expectCode(await update({ name: 'nobody-holds-this', permissions: [] }), 'NOT_FOUND');
});

describe('a manager of roles who is no administrator', () => {
  test('can neither give nor take what they do not hold', async () => {
    const manager = await holderOf(gateway, ['roles:write', 'orders:read']);
    await gateway.ask(
      CREATE_ROLE,
      { input: { name: 'mixed', permissions: ['users:read'] } },
      { token: chief.accessToken },
    );
    const own = await update({ name: manager.role, permissions: ['roles:write', 'users:write'] }, manager.accessToken);
    expectCode(own, 'FORBIDDEN');
    expect(own.errors[0]?.extensions.permission).toBe('users:write');
    expectCode(await update({ name: 'mixed', permissions: [] }, manager.accessToken), 'FORBIDDEN');
    const { data } = await update({ name: 'mixed', permissions: ['users:read', 'orders:read'] }, manager.accessToken);
    expect(data?.updateRole.permissions).toEqual(['orders:read', 'users:read']);
  });

  test('does not give everyone what only they hold in another way', async () => {
    const manager = await holderOf(gateway, ['roles:write']);
    expectCode(await update({ name: 'user', permissions: ['users:write'] }, manager.accessToken), 'FORBIDDEN');
  });
});

describe('the demand for a second factor', () => {
  const create = (input: object, token = chief.accessToken) => gateway.gql(CREATE_ROLE, { input }, { token });

  test('is off unless given, and null changes nothing', async () => {
    expect((await create({ name: 'lax', permissions: [] })).data!.createRole.requiresSecondFactor).toBe(false);
    const made = await create({ name: 'strict', permissions: [], requiresSecondFactor: true });
    expect(made.data!.createRole.requiresSecondFactor).toBe(true);
    const { data } = await update({ name: 'strict', requiresSecondFactor: null, description: 'Guards.' });
    expect(data!.updateRole).toMatchObject({ requiresSecondFactor: true, description: 'Guards.' });
  });

  test('kills the tokens of every holder; a session without a factor ends at its refresh, and the next sign-in asks for one', async () => {
    await create({ name: 'teller', permissions: [] });
    const person = await holder('teller');
    await second.ask(ME, {}, { token: person.accessToken });
    await update({ name: 'teller', requiresSecondFactor: true });
    expectCode(await second.gql(ME, {}, { token: person.accessToken }), 'TOKEN_REVOKED');
    expectCode(await second.gql(REFRESH, { input: { refreshToken: person.refreshToken } }), 'REFRESH_TOKEN_INVALID');
    const input = { identifier: person.email, password: person.password };
    const { login } = await second.ask(LOGIN, { input });
    expect(login).toMatchObject({ __typename: 'ChallengeRequired', purpose: 'ENROLL_FACTOR' });
    await update({ name: 'teller', requiresSecondFactor: false });
    expect((await second.ask(LOGIN, { input })).login.__typename).toBe('SignedIn');
  });

  test('of the administrators is set by one of them, and removed by no one with fewer rights', async () => {
    const manager = await holderOf(gateway, ['roles:write']);
    // What is demanded of all administrators is demanded of this one.
    await enroll(gateway, chief);
    for (const requiresSecondFactor of [true, false]) {
      expectCode(await update({ name: 'admin', requiresSecondFactor }, manager.accessToken), 'FORBIDDEN');
      const { data } = await update({ name: 'admin', requiresSecondFactor }, chief.accessToken);
      expect(data!.updateRole.requiresSecondFactor).toBe(requiresSecondFactor);
      chief = { ...chief, ...(await again(chief)) };
    }
    await create({ name: 'keeper', permissions: ['users:write'] });
    expectCode(await update({ name: 'keeper', requiresSecondFactor: true }, manager.accessToken), 'FORBIDDEN');
    const own = await update({ name: manager.role, requiresSecondFactor: true }, manager.accessToken);
    expect(own.errors).toEqual([]);
  });

  /** With the rights as they are now. */
  async function again({ refreshToken }: SignedInPerson) {
    const { refresh } = await gateway.ask(REFRESH, { input: { refreshToken } });
    return { accessToken: refresh.accessToken, refreshToken: refresh.refreshToken };
  }
});
