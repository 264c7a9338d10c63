import { beforeAll, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, signedInPerson } from '../support/people.js';
import { happened } from '../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const UPDATE = /* GraphQL */ `
  mutation ($input: UpdateProfileInput!) {
    updateProfile(input: $input) {
      username
      displayName
      locale
      email
      roles {
        name
      }
    }
  }
`;
const update = (token: string | undefined, input: object) => gateway.gql(UPDATE, { input }, { token });

test('absent leaves as it is, null clears, a value sets', async () => {
  const ada = await signedInPerson(gateway, { displayName: 'Ada', locale: 'de' });
  const token = ada.accessToken;
  const first = await update(token, { displayName: '  Ada Lovelace ' });
  expect(first.data?.updateProfile).toMatchObject({
    username: ada.username,
    displayName: 'Ada Lovelace',
    locale: 'de',
  });
  const second = await update(token, { locale: null });
  expect(second.data?.updateProfile).toMatchObject({
    username: ada.username,
    displayName: 'Ada Lovelace',
    locale: null,
  });
  const third = await update(token, { username: null, displayName: null });
  expect(third.data?.updateProfile).toEqual({
    username: null,
    displayName: null,
    locale: null,
    email: ada.email,
    roles: [{ name: 'user' }],
  });
  expect((await happened(gateway, ada.id)).filter((action) => action === 'updateProfile')).toHaveLength(3);
});

test('nothing given changes nothing and is no event', async () => {
  const ada = await signedInPerson(gateway);
  expect((await update(ada.accessToken, {})).data?.updateProfile.username).toBe(ada.username);
  expect(await happened(gateway, ada.id)).not.toContain('updateProfile');
});

test('one signs in by the new username and no longer by the old', async () => {
  const ada = await signedInPerson(gateway);
  const renamed = `New-${ada.username}`;
  await update(ada.accessToken, { username: renamed });
  const login = (identifier: string) => gateway.gql(LOGIN, { input: { identifier, password: ada.password } });
  expect((await login(renamed.toUpperCase())).errors).toEqual([]);
  expectCode(await login(ada.username), 'INVALID_CREDENTIALS');
});

test("another's username is taken, in whatever case, also when two want it at once", async () => {
  const [ada, eve] = [await signedInPerson(gateway), await signedInPerson(gateway)];
  const refused = await update(eve.accessToken, { username: ada.username.toUpperCase() });
  expectCode(refused, 'USERNAME_TAKEN');
  expect(refused.errors[0]?.extensions.field).toBe('input.username');
  const username = `both-${ada.username}`;
  const both = await Promise.all([update(ada.accessToken, { username }), update(eve.accessToken, { username })]);
  expect(both.map(({ errors }) => errors[0]?.extensions.code ?? 'OK').sort()).toEqual(['OK', 'USERNAME_TAKEN']);
});

test('the anonymous have no profile', async () => {
  expectCode(await update(undefined, { displayName: 'X' }), 'UNAUTHENTICATED');
});

test.each([
  ['username', 'a@b'],
  ['username', 'x'],
  ['displayName', 'A\u0000da'],
  ['displayName', ''],
  ['displayName', 'x'.repeat(101)],
  ['locale', 'not a language'],
])('%s %j is refused and named', async (field, value) => {
  const ada = await signedInPerson(gateway);
  const refused = await update(ada.accessToken, { [field]: value });
  expectCode(refused, 'BAD_USER_INPUT');
  expect(refused.errors[0]?.extensions.field).toBe(`input.${field}`);
});

test.each(['email: "x@example.com"', 'emailVerified: true', 'id: "1"', 'roles: ["admin"]'])(
  '%s cannot be slipped in',
  async (extra) => {
    const ada = await signedInPerson(gateway);
    const { errors } = await gateway.gql(
      `mutation { updateProfile(input: { ${extra} }) { id } }`,
      {},
      { token: ada.accessToken },
    );
    expect(errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  },
);
