import { beforeAll, describe, expect, test } from '@jest/globals';
import { holderOf, mutation, REINSTATE_USER, SUSPEND_USER, UPDATE_USER_ROLES } from '../support/administration.js';
import { API_KEYS, createdApiKey, REVOKE_API_KEY } from '../support/api-keys.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, LOGOUT, ME, newEmail, type SignedInPerson, signedInPerson } from '../support/people.js';
import { introspect, ORDERS, postForm, RESOURCE_SERVERS } from '../support/resource-server.js';
import { until } from '../support/until.js';

let gateway: TestGateway;
let boss: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway(RESOURCE_SERVERS);
  boss = await admin(gateway);
});

const me = (token: string) => gateway.gql(ME, {}, { token });
const USERS = '{ users(first: 1) { totalCount } }';
const UPDATE_NAME = mutation('updateUser', 'UpdateUserInput', 'displayName');
const users = (token: string) => gateway.gql(USERS, {}, { token });

test('a key acts as its user, and says so: amr api_key, its own scope, no role, no strength', async () => {
  const ada = await holderOf(gateway, ['orders:read', 'orders:write']);
  const { secret, apiKey } = await createdApiKey(gateway, ada.accessToken, { permissions: ['orders:read'] });
  expect((await me(secret)).data!.me.id).toBe(ada.id);
  const answer = await postForm(gateway, '/oauth/introspect', { token: secret }, ORDERS);
  const claims = await answer.json();
  expect(claims).toMatchObject({
    active: true,
    sub: ada.id,
    sid: apiKey.id,
    scope: 'orders:read',
    roles: [],
    amr: ['api_key'],
    acr: '0',
    auth_time: 0,
  });
  const verify = (query: string) =>
    gateway.http(`/verify-token${query}`, { headers: { authorization: `Bearer ${secret}` } });
  expect((await verify('?scope=orders:read')).headers.get('x-auth-user')).toBe(ada.id);
  expect((await verify('?scope=orders:write')).status).toBe(403);
  for (const demand of ['?max_age=300', '?acr_values=urn:sallyport:acr:1'])
    expect((await verify(demand)).status).toBe(401);
});

test('a key does what both it and its user may: it loses what the user loses, and gets it back with them', async () => {
  const ada = await holderOf(gateway, ['users:read', 'audit:read']);
  const { secret } = await createdApiKey(gateway, ada.accessToken, { permissions: ['users:read'] });
  const { secret: none } = await createdApiKey(gateway, ada.accessToken);
  expect((await users(secret)).errors).toEqual([]);
  expectCode(await users(none), 'FORBIDDEN');
  expectCode(await gateway.gql('{ auditEvents(first: 1) { totalCount } }', {}, { token: secret }), 'FORBIDDEN');
  const roles = (names: string[]) =>
    gateway.ask(UPDATE_USER_ROLES, { input: { userId: ada.id, roles: names } }, { token: boss.accessToken });
  await roles(['user']);
  expectCode(await users(secret), 'FORBIDDEN');
  expect(await introspect(gateway, secret)).toMatchObject({ active: true, scope: '' });
  await roles(['user', ada.role]);
  expect((await users(secret)).errors).toEqual([]);
});

test('a key of an administrator does not act upon users with more rights than the key, nor grant roles', async () => {
  const { secret } = await createdApiKey(gateway, boss.accessToken, { permissions: ['users:write'] });
  const reader = await holderOf(gateway, ['audit:read']);
  const ada = await signedInPerson(gateway);
  const rename = (userId: string) =>
    gateway.gql(UPDATE_NAME, { input: { userId, displayName: 'Renamed' } }, { token: secret });
  expect((await rename(ada.id)).errors).toEqual([]);
  expectCode(await rename(reader.id), 'FORBIDDEN');
  expectCode(await rename(boss.id), 'FORBIDDEN');
  const address = { userId: ada.id, email: newEmail('taken-over') };
  expectCode(await gateway.gql(UPDATE_NAME, { input: address }, { token: secret }), 'FORBIDDEN');
  const made = { email: newEmail(), roles: ['admin'] };
  expectCode(
    await gateway.gql(mutation('createUser', 'CreateUserInput', 'id'), { input: made }, { token: secret }),
    'FORBIDDEN',
  );
  const events = await gateway.database.sql(
    `select from audit_events where action = 'updateUser' and subject_id = $1`,
    [ada.id],
  );
  expect(events).toHaveLength(1);
});

describe('a key is dead at once, in every process', () => {
  test('when it is revoked, and the other keys of the user are not', async () => {
    const other = await gateway.replica();
    const ada = await signedInPerson(gateway);
    const [key, spare] = [await createdApiKey(gateway, ada.accessToken), await createdApiKey(gateway, ada.accessToken)];
    for (const at of [gateway, other]) expect((await at.gql(ME, {}, { token: key.secret })).errors).toEqual([]);
    await gateway.ask(REVOKE_API_KEY, { input: { apiKeyId: key.apiKey.id } }, { token: ada.accessToken });
    for (const at of [gateway, other]) expectCode(await at.gql(ME, {}, { token: key.secret }), 'API_KEY_REVOKED');
    expect(await introspect(other, key.secret)).toEqual({ active: false });
    expect((await other.gql(ME, {}, { token: spare.secret })).errors).toEqual([]);
  });

  test('when its user is suspended; and it lives again with them', async () => {
    const ada = await signedInPerson(gateway);
    const { secret } = await createdApiKey(gateway, ada.accessToken);
    const input = { userId: ada.id };
    await gateway.ask(SUSPEND_USER, { input }, { token: boss.accessToken });
    expectCode(await me(secret), 'API_KEY_REVOKED');
    await gateway.ask(REINSTATE_USER, { input }, { token: boss.accessToken });
    expect((await me(secret)).errors).toEqual([]);
  });

  test('when its user is deleted', async () => {
    const ada = await signedInPerson(gateway);
    const { secret } = await createdApiKey(gateway, ada.accessToken);
    await gateway.ask(
      'mutation ($password: String) { deleteAccount(input: { password: $password }) { userId } }',
      { password: ada.password },
      { token: ada.accessToken },
    );
    expectCode(await me(secret), 'API_KEY_REVOKED');
  });

  test('when it has expired', async () => {
    const ada = await signedInPerson(gateway);
    const expiresAt = new Date(gateway.clock.now().getTime() + 60_000).toISOString();
    const { secret } = await createdApiKey(gateway, ada.accessToken, { expiresAt });
    const { exp } = (await introspect(gateway, secret)) as { exp: number };
    expect(exp * 1000).toBeLessThanOrEqual(Date.parse(expiresAt));
    gateway.clock.advance(61_000);
    expectCode(await me(secret), 'API_KEY_REVOKED');
  });
});

test('what we did not issue is no key: another secret with a right checksum, a changed digit, another case', async () => {
  const { accessToken } = await signedInPerson(gateway);
  const { secret } = await createdApiKey(gateway, accessToken);
  const { secret: gone, apiKey } = await createdApiKey(gateway, accessToken);
  await gateway.database.sql('delete from api_keys where id = $1', [apiKey.id]);
  const changed = secret.slice(0, 20) + (secret[20] === 'a' ? 'b' : 'a') + secret.slice(21);
  for (const token of [gone, changed, secret.toUpperCase(), secret.slice(0, -1), `${secret}0`, 'sp_live_'])
    expectCode(await me(token), 'TOKEN_INVALID');
});

test('a key ends no session: neither by itself, nor with the cookie of one', async () => {
  const ada = await signedInPerson(gateway);
  const { secret } = await createdApiKey(gateway, ada.accessToken);
  expectCode(await gateway.gql(LOGOUT, {}, { token: secret }), 'FORBIDDEN');
  const cookie = `sallyport-refresh=${ada.refreshToken}`;
  const headers = { origin: gateway.config.publicUrl };
  expectCode(await gateway.gql(LOGOUT, {}, { token: secret, cookie, headers }), 'FORBIDDEN');
  expect((await me(ada.accessToken)).errors).toEqual([]);
});

test('a key uploads no picture', async () => {
  const ada = await signedInPerson(gateway);
  const { secret } = await createdApiKey(gateway, ada.accessToken);
  const upload = await gateway.http('/avatars/x', {
    method: 'PUT',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'image/png' },
    body: 'x',
  });
  expect(upload.status).toBe(403);
  expect(await upload.text()).toContain('An API key cannot do this');
});

test('the last use is noted, once a minute', async () => {
  const ada = await signedInPerson(gateway);
  const { secret } = await createdApiKey(gateway, ada.accessToken);
  const used = async (): Promise<{ lastUsedAt: string | null; lastUsedIpAddress: string }> =>
    (await gateway.ask(API_KEYS, {}, { token: ada.accessToken })).me.apiKeys[0];
  await me(secret);
  await until(async () => (await used()).lastUsedAt !== null);
  const first = await used();
  expect(first.lastUsedIpAddress).toMatch(/127\.0\.0\.1|::1/);
  gateway.clock.advance(30_000);
  await Promise.all([me(secret), me(secret)]);
  expect(await used()).toEqual(first);
  gateway.clock.advance(31_000);
  await me(secret);
  await until(async () => (await used()).lastUsedAt !== first.lastUsedAt);
  const { lastUsedAt: later } = await used();
  expect(Date.parse(later!) - Date.parse(first.lastUsedAt!)).toBeGreaterThanOrEqual(60_000);
});
