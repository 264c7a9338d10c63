import { beforeAll, expect, test } from '@jest/globals';
import { claimsOf, holderOf, UPDATE_USER_ROLES } from '../support/administration.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, ME, REFRESH, signedInPerson, signIn } from '../support/people.js';
import { introspect, RESOURCE_SERVERS } from '../support/resource-server.js';

const PROFILE = 'https://example.com/profile';
const TEMPLATE = {
  [PROFILE]: {
    name: '{displayName}',
    handle: '@{username}',
    language: '{locale}',
    verified: '{emailVerified}',
    may: '{permissions}',
    about: '{username} is {roles} and {displayName}',
    literal: ['{id}', 7, null, { deep: '{email}' }],
  },
};

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({
    CLAIM_PROFILES: 'postgraphile,hasura',
    CLAIM_ROLE_ORDER: 'admin,user',
    CLAIMS_TEMPLATE: JSON.stringify(TEMPLATE),
    ...RESOURCE_SERVERS,
  });
});

test('Hasura finds its namespace, and PostGraphile its role', async () => {
  const ada = await holderOf(gateway, ['orders:read']);
  expect(claimsOf(ada.accessToken)).toMatchObject({
    role: 'user',
    'https://hasura.io/jwt/claims': {
      'x-hasura-user-id': ada.id,
      'x-hasura-default-role': 'user',
      'x-hasura-allowed-roles': [ada.role, 'user'],
    },
  });
  const root = await admin(gateway);
  expect(claimsOf(root.accessToken)).toMatchObject({ role: 'admin' });
});

test('a user with none of the roles is anonymous there, and with none at all may be nothing else', async () => {
  const [root, bob] = [await admin(gateway), await signedInPerson(gateway)];
  await gateway.ask(UPDATE_USER_ROLES, { input: { userId: bob.id, roles: [] } }, { token: root.accessToken });
  const { accessToken } = await signIn(gateway, bob);
  expect(claimsOf(accessToken)).toMatchObject({
    role: 'anonymous',
    'https://hasura.io/jwt/claims': {
      'x-hasura-default-role': 'anonymous',
      'x-hasura-allowed-roles': ['anonymous'],
    },
  });
});

test('a template is filled with facts of the user as they are: no fact can add a placeholder, a member or a claim', async () => {
  const displayName = '{email}","admin":true,"x":"{id}';
  const ada = await signedInPerson(gateway, { displayName });
  expect(claimsOf(ada.accessToken)[PROFILE]).toEqual({
    name: displayName,
    handle: `@${ada.username}`,
    verified: true,
    may: [],
    about: `${ada.username} is user and ${displayName}`,
    literal: [ada.id, 7, null, { deep: ada.email }],
  });
});

test('they are in each later token, and in introspection', async () => {
  const ada = await signedInPerson(gateway);
  const { refresh } = await gateway.ask(REFRESH, { input: { refreshToken: ada.refreshToken } });
  expect(claimsOf(refresh.accessToken)[PROFILE]).toEqual(claimsOf(ada.accessToken)[PROFILE]);
  expect(await introspect(gateway, refresh.accessToken)).toMatchObject({ active: true, role: 'user' });
});

test('client_id is there for verifiers that follow RFC 9068, and nothing is added unless it is set', async () => {
  const plain = await gateway.replica({ CLAIM_PROFILES: '', CLAIMS_TEMPLATE: '', CLAIM_ROLE_ORDER: '' });
  const ada = await signedInPerson(plain);
  const claims = claimsOf(ada.accessToken);
  expect(claims.client_id).toBe('sallyport');
  expect(Object.keys(claims).sort()).toEqual(
    'acr amr aud auth_time client_id email_verified exp iat iss jti roles scope sid sub ver'.split(' '),
  );
  expect((await gateway.ask(ME, {}, { token: ada.accessToken })).me.id).toBe(ada.id);
});
