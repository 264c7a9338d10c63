import { beforeAll, describe, expect, test } from '@jest/globals';
import { buildGatewaySchema } from '../src/api/graphql/schema.js';
import { createdApiKey } from './support/api-keys.js';
import { holderOf } from './support/administration.js';
import {
  BEHIND_A_DOOR,
  type Caller,
  CALLERS,
  type Door,
  OPEN_TO_API_KEYS,
  OPEN_TO_MACHINES,
  PERMISSIONS,
  ROOT,
  USER,
} from './support/authorization-table.js';
import type { GraphQLFailure } from './support/client.js';
import { startGateway, type TestGateway } from './support/gateway.js';
import { admin, type Registered, signedInPerson, signIn, verifiedPerson } from './support/people.js';
import { machineToken, serviceAccountWith } from './support/service-accounts.js';
import { getNamedType, isLeafType, isObjectType } from './support/product-packages.js';

const schema = buildGatewaySchema();
const fieldsOf = (name: string) => {
  const type = schema.getType(name);
  return isObjectType(type) ? Object.values(type.getFields()) : [];
};

describe('the table', () => {
  test('names every root field', () => {
    const fields = ['Query', 'Mutation'].flatMap((type) => fieldsOf(type).map(({ name }) => `${type}.${name}`));
    expect(Object.keys(ROOT).sort()).toEqual(fields.sort());
  });

  test('names every field of a User', () => {
    expect(Object.keys(USER).sort()).toEqual(
      fieldsOf('User')
        .map(({ name }) => name)
        .sort(),
    );
  });

  test('names every other type', () => {
    const types = Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
      .map(({ name }) => name);
    expect(types.filter((name) => !['Query', 'Mutation', 'User'].includes(name)).sort()).toEqual(
      BEHIND_A_DOOR.toSorted(),
    );
  });
});

let gateway: TestGateway;
let people: Record<Caller, Registered | null>;
let tokens: Record<Caller, string | undefined>;
let target: Registered;

beforeAll(async () => {
  gateway = await startGateway();
  target = await verifiedPerson(gateway, { displayName: 'Target' });
  people = {
    anonymous: null,
    user: await signedInPerson(gateway),
    admin: await admin(gateway),
  } as unknown as typeof people;
  for (const permission of PERMISSIONS) people[permission] = await holderOf(gateway, [permission]);
  tokens = {} as typeof tokens;
  for (const caller of CALLERS) await renew(caller);
});

async function renew(caller: Caller): Promise<void> {
  const person = people[caller];
  if (person) tokens[caller] = (await signIn(gateway, person)).accessToken;
}

function passes(caller: Caller, door: Door): boolean {
  if (door === 'anyone') return true;
  if (caller === 'anonymous') return false;
  return door === 'signedIn' || caller === door || caller === 'admin';
}

describe.each(Object.entries(ROOT))('%s', (field, [door, call]) => {
  test.each(CALLERS)(`for %s: ${door}`, async (caller) => {
    const operation = field.startsWith('Mutation') ? 'mutation' : 'query';
    const { errors } = await gateway.gql(`${operation} { ${call} }`, {}, { token: tokens[caller] });
    const codes = errors.map(({ extensions }) => extensions.code);
    if (!passes(caller, door)) {
      expect(codes).toEqual([caller === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN']);
      if (caller !== 'anonymous') expect(errors[0]?.extensions.permission).toBe(door);
      return;
    }
    for (const refused of [
      'UNAUTHENTICATED',
      'FORBIDDEN',
      'TOKEN_REVOKED',
      'INTERNAL_SERVER_ERROR',
      'GRAPHQL_VALIDATION_FAILED',
    ]) {
      expect(codes).not.toContain(refused);
    }
    if (field === 'Mutation.logout' || field === 'Mutation.logoutAll') await renew(caller);
  });
});

describe('an API key of an administrator, with every permission', () => {
  let key: string;
  let weakKey: string;
  beforeAll(async () => {
    const { accessToken } = await signIn(gateway, people.admin!);
    key = (await createdApiKey(gateway, accessToken, { permissions: [...PERMISSIONS] })).secret;
    weakKey = (await createdApiKey(gateway, accessToken)).secret;
  });

  test.each(Object.entries(ROOT))('%s', async (field, [door, call]) => {
    const operation = field.startsWith('Mutation') ? 'mutation' : 'query';
    const codesFor = async (token: string) => {
      const { errors } = await gateway.gql(`${operation} { ${call} }`, {}, { token });
      return errors.map(({ extensions }) => extensions.code);
    };
    if (door !== 'anyone' && field !== 'Query.me') expect(await codesFor(weakKey)).toEqual(['FORBIDDEN']);
    const codes = await codesFor(key);
    if (door !== 'anyone' && !OPEN_TO_API_KEYS.includes(field)) expect(codes).toEqual(['FORBIDDEN']);
    else
      for (const refused of ['FORBIDDEN', 'API_KEY_REVOKED', 'TOKEN_REVOKED', 'INTERNAL_SERVER_ERROR'])
        expect(codes).not.toContain(refused);
  });
});

/** All fields of a User, the composite ones by their type name. */
const EVERYTHING = fieldsOf('User')
  .map(({ name, type }) => (isLeafType(getNamedType(type)) ? name : `${name} { __typename }`))
  .join(' ');

/** The ways that lead to another person, who may go them, and where in the answer that person then stands. */
const WAYS: [way: string, callers: readonly Caller[], query: string, find: (data: any) => any][] = [
  [
    'an entity of the federated graph',
    CALLERS,
    `query ($id: ID!) { found: _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { ${EVERYTHING} } } }`,
    ({ found }) => found[0],
  ],
  [
    'a node',
    ['users:read', 'admin'],
    `query ($id: ID!) { found: user(id: $id) { ${EVERYTHING} } }`,
    ({ found }) => found,
  ],
  [
    'a connection',
    ['users:read', 'admin'],
    `query ($email: String!) { found: users(search: $email) { nodes { ${EVERYTHING} } } }`,
    ({ found }) => found.nodes[0],
  ],
  [
    'the edges of a connection',
    ['users:read', 'admin'],
    `query ($email: String!) { found: users(search: $email) { edges { node { ${EVERYTHING} } } } }`,
    ({ found }) => found.edges[0].node,
  ],
  ...(['actor', 'subject'] as const).map((role): (typeof WAYS)[number] => [
    `the ${role} of an audit event`,
    ['audit:read', 'admin'],
    `query ($id: ID!) { found: auditEvents(filter: { ${role}Id: $id }, first: 1) { nodes { ${role} { ${EVERYTHING} } } } }`,
    ({ found }) => found.nodes[0][role],
  ]),
];

describe.each(WAYS)('another person, by way of %s', (_, callers, query, find) => {
  test.each(callers)('for %s', async (caller) => {
    const variables = query.includes('$email') ? { email: target.email } : { id: target.id };
    const { data, errors } = await gateway.gql(query, variables, { token: tokens[caller] });
    expectSeen(find(data), errors, (rule) => holds(caller, rule));
    expect(find(data).id).toBe(target.id);
  });
});

describe('a service account', () => {
  let strong: string;
  let weak: string;
  beforeAll(async () => {
    const { accessToken } = await signIn(gateway, people.admin!);
    strong = await machineToken(gateway, await serviceAccountWith(gateway, accessToken, [...PERMISSIONS]));
    weak = await machineToken(gateway, await serviceAccountWith(gateway, accessToken));
  });

  test.each(Object.entries(ROOT))('%s, with every permission and with none', async (field, [door, call]) => {
    const operation = field.startsWith('Mutation') ? 'mutation' : 'query';
    const codesFor = async (token: string) => {
      const { errors } = await gateway.gql(`${operation} { ${call} }`, {}, { token });
      return errors.map(({ extensions }) => extensions.code);
    };
    if (door !== 'anyone') expect(await codesFor(weak)).toEqual(['FORBIDDEN']);
    const codes = await codesFor(strong);
    if (door !== 'anyone' && !OPEN_TO_MACHINES.includes(field)) expect(codes).toEqual(['FORBIDDEN']);
    else
      for (const refused of ['UNAUTHENTICATED', 'FORBIDDEN', 'TOKEN_REVOKED', 'INTERNAL_SERVER_ERROR'])
        expect(codes).not.toContain(refused);
  });

  test.each(WAYS)('another person, by way of %s', async (_, callers, query, find) => {
    const variables = query.includes('$email') ? { email: target.email } : { id: target.id };
    const { data, errors } = await gateway.gql(query, variables, { token: strong });
    expectSeen(find(data), errors, ({ permission }) => permission !== null);
    const asWeak = await gateway.gql(query, variables, { token: weak });
    if (callers.includes('user')) expectSeen(find(asWeak.data), asWeak.errors, () => false);
    else expect(asWeak.errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  });
});

test.each(CALLERS.filter((caller) => caller !== 'anonymous'))('the person themself: %s', async (caller) => {
  const { data, errors } = await gateway.gql(`{ me { ${EVERYTHING} } }`, {}, { token: tokens[caller] });
  expectSeen(data?.me, errors, (rule) => rule.self || holds(caller, rule));
});

/** What no permission shows, administrators do not see either. */
function holds(caller: Caller, { permission }: { permission: string | null }): boolean {
  return permission !== null && (caller === permission || caller === 'admin');
}

/** What may be seen has a value or none and no error; what may not is null, with FORBIDDEN and nothing else. */
function expectSeen(
  seen: Record<string, unknown>,
  errors: GraphQLFailure[],
  may: (rule: { self: boolean; permission: string | null }) => boolean,
): void {
  const hidden = Object.entries(USER)
    .filter(([, rule]) => rule !== 'anyone' && !may(rule))
    .map(([name]) => name);
  expect(errors.map(({ path }) => String(path?.at(-1))).sort()).toEqual(hidden.sort());
  for (const { extensions } of errors) expect(['FORBIDDEN', 'UNAUTHENTICATED']).toContain(extensions.code);
  expect(hidden.filter((name) => seen[name] !== null)).toEqual([]);
  for (const always of [
    'email',
    'roles',
    'permissions',
    'sessions',
    'status',
    'activity',
    'lastLoginAt',
    'updatedAt',
  ]) {
    if (!hidden.includes(always)) expect(seen[always]).not.toBeNull();
  }
}
