import { beforeAll, expect, test } from '@jest/globals';
import { claimsOf, holderOf, mutation, UPDATE_ROLE } from '../support/administration.js';
import { createdApiKey, exchangeOf } from '../support/api-keys.js';
import { expectCode } from '../support/client.js';
import { personWithTotp } from '../support/factors.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, newEmail, registeredPerson, type SignedInPerson, signedInPerson } from '../support/people.js';
import { introspect, postForm, RESOURCE_SERVERS } from '../support/resource-server.js';

/** What is answered takes no permission to see. */
const SUSPEND = mutation('suspendUser', 'SuspendUserInput', 'id');

let gateway: TestGateway;
let boss: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway(RESOURCE_SERVERS);
  boss = await admin(gateway);
});

const scopeOf = async (secret: string, at = gateway) => (await introspect(at, secret)).scope;
const exchanged = async (secret: string) => {
  const answer = await postForm(gateway, '/oauth/token', exchangeOf(secret));
  return ((await answer.json()) as { access_token: string }).access_token;
};

test('permissions of a role that comes to require a second factor do not count until the user has one', async () => {
  const ada = await holderOf(gateway, ['orders:read', 'users:write']);
  const permissions = ['orders:read', 'users:write'];
  const { secret } = await createdApiKey(gateway, ada.accessToken, { permissions });
  const before = await exchanged(secret);
  expect(claimsOf(before).scope).toBe('orders:read users:write');
  const change = { input: { name: ada.role, requiresSecondFactor: true } };
  await gateway.ask(UPDATE_ROLE, change, { token: boss.accessToken });
  expect(await introspect(gateway, before)).toEqual({ active: false });
  expect(await scopeOf(secret)).toBe('');
  expect(claimsOf(await exchanged(secret)).scope).toBe('');
  const bert = await registeredPerson(gateway, { email: newEmail('bert') });
  for (const token of [secret, await exchanged(secret)])
    expectCode(await gateway.gql(SUSPEND, { input: { userId: bert.id } }, { token }), 'FORBIDDEN');
  await gateway.database.sql(
    `insert into totp_factors select (jsonb_populate_record(f, jsonb_build_object('id', gen_random_uuid(), 'user_id', $1::uuid))).*
       from totp_factors f where user_id = $2`,
    [ada.id, (await personWithTotp(gateway)).id],
  );
  expect(await scopeOf(secret)).toBe('orders:read users:write');
});

test('where SECOND_FACTOR=required, no permission of a user without one counts', async () => {
  const ada = await holderOf(gateway, ['orders:read']);
  const { secret } = await createdApiKey(gateway, ada.accessToken, { permissions: ['orders:read'] });
  const strict = await gateway.replica({ SECOND_FACTOR: 'required' });
  expect(await scopeOf(secret)).toBe('orders:read');
  expect(await scopeOf(secret, strict)).toBe('');
});

test('a token with a part of the permissions of a key acts upon no user with more rights than that part', async () => {
  const ada = await holderOf(gateway, ['orders:read', 'users:write']);
  const { secret } = await createdApiKey(gateway, ada.accessToken, { permissions: ['orders:read', 'users:write'] });
  const answer = await postForm(gateway, '/oauth/token', exchangeOf(secret, { scope: 'users:write' }));
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const [reader, other] = [await holderOf(gateway, ['orders:read']), await signedInPerson(gateway)];
  const suspend = (userId: string) => gateway.gql(SUSPEND, { input: { userId } }, { token });
  expectCode(await suspend(reader.id), 'FORBIDDEN');
  expect((await suspend(other.id)).errors).toEqual([]);
});
