import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, type SignedInPerson, signedInPerson } from '../support/people.js';
import { FEDERATION_SECRET, ROUTER } from '../support/router.js';
import { tapWire } from '../support/wire.js';
import { within } from '../support/within.js';

let gateway: TestGateway;
let ada: SignedInPerson;
let bob: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway({ FEDERATION_SECRET });
  [ada, bob] = await Promise.all([signedInPerson(gateway), signedInPerson(gateway)]);
});

const PUBLIC = 'id username displayName avatarUrl createdAt';
const PRIVATE = [
  'email',
  'emailVerified',
  'status',
  'locale',
  'roles { name }',
  'permissions',
  'sessions { id }',
  'lastLoginAt',
  'updatedAt',
];

const entities = (representations: unknown, fields = PUBLIC, options: Parameters<TestGateway['gql']>[2] = {}) =>
  gateway.gql(
    `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on User { ${fields} } } }`,
    { representations },
    { ...options, headers: { ...ROUTER, ...options.headers } },
  );
const user = (id: unknown) => ({ __typename: 'User', id });

describe('another subgraph asks for people', () => {
  test('by id, in order, null for whom there is not, twice where asked twice', async () => {
    const gone = '0199f0a0-0000-7000-8000-000000000001';
    const asked = [bob.id, gone, ada.id, bob.id, 'x', "' or 1=1", bob.id.toUpperCase(), '\0'].map(user);
    const { data, errors } = await entities(asked);
    expect(errors).toEqual([]);
    expect(data!._entities.map((found: { username: string } | null) => found?.username ?? null)).toEqual([
      bob.username,
      null,
      ada.username,
      bob.username,
      null,
      null,
      bob.username,
      null,
    ]);
  });

  test('and sees no deleted user, unless it acts for an administrator', async () => {
    const gone = await signedInPerson(gateway);
    await gateway.database.sql('update users set deleted_at = now() where id = $1', [gone.id]);
    for (const token of [undefined, ada.accessToken, gone.accessToken]) {
      expect((await entities([user(gone.id)], PUBLIC, { token })).data).toEqual({ _entities: [null] });
    }
    const { accessToken: token } = await admin(gateway);
    const { data, errors } = await entities([user(gone.id)], 'username deletedAt', { token });
    expect(errors).toEqual([]);
    expect(data!._entities).toEqual([{ username: gone.username, deletedAt: expect.any(String) }]);
  });

  test('a thousand at once, counted by id: the same ten may be named again and again', async () => {
    const id = (n: number) => user(`0199f0a0-0000-7000-8000-${String(n).padStart(12, '0')}`);
    const many = (people: number) => entities(Array.from({ length: 1500 }, (_, n) => id(n % people)));
    expect((await many(10)).data!._entities).toHaveLength(1500);
    const { errors } = await many(1500);
    expectCode({ errors }, 'BAD_USER_INPUT');
    expect(errors[0]!.extensions).toMatchObject({ limit: 'representations', asked: 1500, allowed: 1000 });
  });

  test('and pays a row for each that it names, also again: a few bytes must not become an answer of megabytes', async () => {
    const many = Array.from({ length: 3500 }, () => user(bob.id));
    const aliases = Array.from({ length: 15 }, (_, n) => `a${n}: displayName`).join(' ');
    const { errors, text } = await entities(many, aliases);
    expectCode({ errors }, 'BAD_USER_INPUT');
    expect(errors[0]!.extensions).toMatchObject({ limit: 'rows', allowed: 2000 });
    expect(text.length).toBeLessThan(1_000);
  });

  test('in one statement, however many they are', async () => {
    const wire = await tapWire(gateway.database.tcpUrl);
    const tapped = await gateway.replica({ DATABASE_URL: wire.url, JOBS: 'off' });
    await tapped.http('/health/ready');
    const representations = [ada, bob].flatMap(({ id }) => Array.from({ length: 50 }, () => user(id)));
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { ${PUBLIC} } } }`;
    const { result, statements } = await wire.during(() =>
      tapped.ask(query, { r: representations }, { headers: ROUTER }),
    );
    await tapped.close();
    await wire.close();
    expect(result._entities).toHaveLength(100);
    expect(statements).toHaveLength(1);
  });
});

describe('private fields, on this path as on any other,', () => {
  test.each(PRIVATE)('%s: null for the anonymous and for others, with the reason', async (field) => {
    for (const [token, code] of [
      [undefined, 'UNAUTHENTICATED'],
      [`${ada.accessToken}x`, 'TOKEN_INVALID'],
      [bob.accessToken, 'FORBIDDEN'],
    ] as const) {
      const { data, errors } = await entities([user(ada.id)], `id ${field}`, { token });
      expect(data!._entities[0]).toEqual({ id: ada.id, [field.split(' ')[0]!]: null });
      expectCode({ errors }, code);
    }
  });

  test('deletedAt: only for those who may read users', async () => {
    for (const { accessToken } of [ada, bob]) {
      expectCode(await entities([user(ada.id)], 'deletedAt', { token: accessToken }), 'FORBIDDEN');
    }
    expectCode(await entities([user(ada.id)], 'deletedAt'), 'UNAUTHENTICATED');
    const { accessToken } = await admin(gateway);
    expect((await entities([user(ada.id)], 'deletedAt', { token: accessToken })).errors).toEqual([]);
  });

  test('an alias or a fragment makes no difference', async () => {
    const fields = 'id: email name: email ...F } } } fragment F on User { ... on User { ... on User { email';
    const { data, errors } = await entities([user(ada.id)], fields);
    expect(data!._entities[0]).toEqual({ id: null, name: null, email: null });
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['UNAUTHENTICATED']));
  });

  test('the representation cannot bring them along', async () => {
    const forged = { ...user(ada.id), email: 'forged@example.com', emailVerified: true, username: 'forged' };
    expect((await entities([forged])).data!._entities[0].username).toBe(ada.username);
    const { data } = await entities([forged], 'email', { token: ada.accessToken });
    expect(data!._entities[0].email).toBe(ada.email);
  });

  test('the user and those who may read users see them', async () => {
    const own = await entities([user(ada.id)], 'email emailVerified status roles { name } sessions { id }', {
      token: ada.accessToken,
    });
    expect(own.errors).toEqual([]);
    expect(own.data!._entities[0]).toMatchObject({ email: ada.email, status: 'ACTIVE', roles: [{ name: 'user' }] });
    const { accessToken } = await admin(gateway);
    const all = await entities([user(ada.id), user(bob.id)], PRIVATE.join(' '), { token: accessToken });
    expect(all.errors).toEqual([]);
    expect(all.data!._entities.map(({ email }: { email: string }) => email)).toEqual([ada.email, bob.email]);
  });
});

describe('what is no representation of a User is refused, without a 5xx and without a stack:', () => {
  test.each([
    ['null', [null]],
    ['a string', ['User']],
    ['a number', [1]],
    ['an array', [[user('1')]]],
    ['no type', [{ id: '1' }]],
    ['an unknown type', [{ __typename: 'Nobody', id: '1' }]],
    ['a type that is no entity', [{ __typename: 'LoggedOut', id: '1' }]],
    ['the root type', [{ __typename: 'Query' }]],
    ['a scalar', [{ __typename: 'String', id: '1' }]],
    ['an inherited name', [{ __typename: '__proto__', id: '1' }]],
    ['a type that is an object', [{ __typename: { toString: 'User' }, id: '1' }]],
    ['no key', [{ __typename: 'User' }]],
    ['a number as key', [user(1)]],
    ['an operator as key', [user({ $ne: null })]],
    ['a list as key', [user(['1'])]],
    ['a role without a name', [{ __typename: 'Role', name: 1 }]],
    ['one bad among good', [user('1'), { __typename: 'User', id: null }]],
    ['no list', 'User'],
    ['nothing', null],
  ])('%s', async (_what, representations) => {
    const answer = await entities(representations);
    expectCode(answer, 'BAD_USER_INPUT');
    expect(answer.status).toBeLessThan(500);
    expect(answer.text).not.toMatch(/stack|node_modules|at Object/);
    expect(answer.data?._entities ?? null).toBeNull();
  });
});

test('five thousand representations are refused at once, a thousand are answered within two seconds', async () => {
  const many = Array.from({ length: 5000 }, (_, index) => user(String(index)));
  expectCode(await within(2000, () => entities(many)), 'BAD_USER_INPUT');
  const ids = Array.from({ length: 1000 }, (_, index) =>
    user(`0199f0a0-0000-7000-8000-${String(index).padStart(12, '0')}`),
  );
  expect((await within(2000, () => entities(ids))).data!._entities).toEqual(Array(1000).fill(null));
});

describe('the router proves who it is', () => {
  const SERVICE = '{ _service { sdl } }';

  test.each([
    ['nothing', {}],
    ['a wrong secret', { 'router-authorization': 'not this one, not at all' }],
    ['the beginning of it', { 'router-authorization': FEDERATION_SECRET.slice(0, -1) }],
    ['more than it', { 'router-authorization': `${FEDERATION_SECRET}x` }],
    ['an empty one', { 'router-authorization': '' }],
    [
      'it in another header',
      { authorization: `Bearer ${FEDERATION_SECRET}`, 'apollo-federation-include-trace': 'ftv1' },
    ],
    ['a header that routers add', { 'apollographql-client-name': 'router', 'x-forwarded-for': '127.0.0.1' }],
  ])('and with %s is refused', async (_what, headers: Record<string, string>) => {
    const refused = await gateway.gql(SERVICE, {}, { headers });
    expectCode(refused, 'FORBIDDEN');
    expect(refused.errors[0]!.message).toMatch('Router-Authorization');
    const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }';
    for (const token of [undefined, ada.accessToken]) {
      expectCode(await gateway.gql(query, { r: [user(ada.id)] }, { headers, token }), 'FORBIDDEN');
    }
  });

  test('and with the secret gets the schema', async () => {
    const { _service } = await gateway.ask(SERVICE, {}, { headers: ROUTER });
    expect(_service.sdl).toMatch(/type User\s*@key\(fields: "id"\)/);
    expect(_service.sdl).not.toMatch(/password\w*Hash|codeHash|tokenHash|secretHash/i);
  });

  test('no trace of the resolvers is handed out', async () => {
    const { text } = await gateway.gql(
      '{ authSettings { registrationOpen } }',
      {},
      {
        headers: { ...ROUTER, 'apollo-federation-include-trace': 'ftv1' },
      },
    );
    expect(JSON.parse(text).extensions).toBeUndefined();
  });
});
