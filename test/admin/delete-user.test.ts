import { beforeAll, expect, test } from '@jest/globals';
import { CREATE_USER, DELETE_USER, holderOf, RESTORE_USER, signInRefusal } from '../support/administration.js';
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

const remove = (userId: string, token = chief.accessToken) =>
  gateway.gql(DELETE_USER, { input: { userId } }, { token });
const restore = (userId: string) => gateway.gql(RESTORE_USER, { input: { userId } }, { token: chief.accessToken });

test('a deleted person is out everywhere, and only administrators still see the account', async () => {
  const person = await signedInPerson(gateway);
  await second.ask(ME, {}, { token: person.accessToken });
  const { data } = await remove(person.id);
  expect(data?.deleteUser.userId).toBe(person.id);
  expect(new Date(data?.deleteUser.purgeAfter).getTime()).toBeGreaterThan(
    gateway.clock.now().getTime() + 29 * 86_400_000,
  );
  expectCode(await second.gql(ME, {}, { token: person.accessToken }), 'TOKEN_REVOKED');
  expectCode(await second.gql(REFRESH, { input: { refreshToken: person.refreshToken } }), 'REFRESH_TOKEN_INVALID');
  expect(await signInRefusal(second, person)).toBe('INVALID_CREDENTIALS');
  const { user } = await gateway.ask(
    'query ($id: ID!) { user(id: $id) { email deletedAt } }',
    { id: person.id },
    { token: chief.accessToken },
  );
  expect(user).toEqual({ email: person.email, deletedAt: expect.any(String) });
  expectCode(await remove(person.id), 'NOT_FOUND');
});

test('a restored person signs in as before, without the sessions of before', async () => {
  const person = await signedInPerson(gateway);
  await remove(person.id);
  const { data } = await restore(person.id);
  expect(data?.restoreUser).toEqual({ id: person.id, email: person.email, deletedAt: null, sessions: [] });
  expectCode(await second.gql(ME, {}, { token: person.accessToken }), 'TOKEN_REVOKED');
  expect(await signInRefusal(gateway, person)).toBeUndefined();
  expectCode(await restore(person.id), 'NOT_FOUND');
});

test('the address is free at once; another account that has taken it keeps it', async () => {
  const person = await registeredPerson(gateway);
  await remove(person.id);
  const input = { email: person.email, emailVerified: true };
  await gateway.ask(CREATE_USER, { input }, { token: chief.accessToken });
  expectCode(await restore(person.id), 'EMAIL_TAKEN');
});

test('the username is free at once; another account that has taken it keeps it', async () => {
  const person = await registeredPerson(gateway);
  await remove(person.id);
  const input = { email: `new-${person.email}`, username: person.username.toUpperCase() };
  await gateway.ask(CREATE_USER, { input }, { token: chief.accessToken });
  expectCode(await restore(person.id), 'USERNAME_TAKEN');
});

test('the last administrator cannot be deleted', async () => {
  const own = await startGateway();
  const only = await admin(own);
  expectCode(await own.gql(DELETE_USER, { input: { userId: only.id } }, { token: only.accessToken }), 'LAST_ADMIN');
});

test('a writer of users deletes no user with more rights', async () => {
  const writer = await holderOf(gateway, ['users:write']);
  expectCode(await remove(chief.id, writer.accessToken), 'FORBIDDEN');
});

test('a writer of users cannot restore a user with more rights', async () => {
  const writer = await holderOf(gateway, ['users:write', 'users:read']);
  const former = await admin(gateway);
  await remove(former.id);
  expectCode(
    await gateway.gql(RESTORE_USER, { input: { userId: former.id } }, { token: writer.accessToken }),
    'FORBIDDEN',
  );
  const seen = 'query ($id: ID!) { user(id: $id) { deletedAt roles { name } } }';
  const { user } = await gateway.ask(seen, { id: former.id }, { token: chief.accessToken });
  expect(user).toEqual({ deletedAt: expect.any(String), roles: [{ name: 'admin' }, { name: 'user' }] });
});

test('no one deletes their own account in this way, which asks for no password', async () => {
  const other = await admin(gateway);
  expectCode(await remove(other.id, other.accessToken), 'REAUTHENTICATION_REQUIRED');
  expect((await gateway.ask(ME, {}, { token: other.accessToken })).me.id).toBe(other.id);
  expect(await signInRefusal(gateway, other)).toBeUndefined();
});
