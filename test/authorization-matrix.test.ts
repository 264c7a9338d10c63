import { beforeAll, describe, expect, test } from '@jest/globals';
import { getNamedType, isLeafType, isObjectType } from 'graphql';
import { buildGatewaySchema } from '../src/api/schema.js';
import { holderOf } from './support/administration.js';
import type { GraphQLFailure } from './support/client.js';
import { startGateway, type TestGateway } from './support/gateway.js';
import { admin, type Registered, registeredPerson, signedInPerson, signIn } from './support/people.js';

const PERMISSIONS = [
  'audit:read',
  'roles:read',
  'roles:write',
  'sessions:revoke',
  'users:read',
  'users:write',
] as const;
const CALLERS = ['anonymous', 'user', ...PERMISSIONS, 'admin'] as const;
type Caller = (typeof CALLERS)[number];

/** Who gets past the door: anybody, whoever is signed in, or whoever holds the permission (administrators hold all). */
type Door = 'anyone' | 'signedIn' | (typeof PERMISSIONS)[number];

const NOBODY = '00000000-0000-7000-8000-000000000000';
const PASSWORD = 'not the password of anybody';

/** Every root field: its door, and a call that does no harm to whoever gets past it. */
const ROOT: Record<string, [door: Door, call: string]> = {
  'Query.me': ['signedIn', 'me { id }'],
  'Query.authSettings': ['anyone', 'authSettings { registrationOpen }'],
  'Query.user': ['users:read', `user(id: "${NOBODY}") { id }`],
  'Query.users': ['users:read', 'users(first: 1) { totalCount }'],
  'Query.roles': ['roles:read', 'roles { name }'],
  'Query.auditEvents': ['audit:read', 'auditEvents(first: 1) { nodes { id } }'],
  // For the router of the supergraph; open to everybody where no FEDERATION_SECRET is set (test/api/federation.test.ts).
  'Query._service': ['anyone', '_service { sdl }'],
  'Query._entities': ['anyone', `_entities(representations: [{ __typename: "User", id: "${NOBODY}" }]) { __typename }`],

  'Mutation.register': ['anyone', 'register(input: { email: "", password: "" }) { challengeToken }'],
  'Mutation.verifyOtp': ['anyone', 'verifyOtp(input: { challengeToken: "x", code: "1" }) { __typename }'],
  'Mutation.resendOtp': ['anyone', 'resendOtp(input: { challengeToken: "x" }) { challengeToken }'],
  'Mutation.login': ['anyone', `login(input: { identifier: "nobody", password: "${PASSWORD}" }) { __typename }`],
  'Mutation.refresh': ['anyone', 'refresh(input: { refreshToken: "x" }) { accessToken }'],
  'Mutation.logout': ['signedIn', 'logout { endedSessions }'],
  'Mutation.logoutAll': ['signedIn', 'logoutAll { endedSessions }'],
  'Mutation.endSession': ['signedIn', `endSession(input: { sessionId: "${NOBODY}" }) { endedSessions }`],
  'Mutation.requestPasswordReset': ['anyone', 'requestPasswordReset(input: { email: "" }) { challengeToken }'],
  'Mutation.resetPassword': [
    'anyone',
    'resetPassword(input: { challengeToken: "x", code: "1", newPassword: "x" }) { __typename }',
  ],
  'Mutation.changePassword': [
    'signedIn',
    `changePassword(input: { currentPassword: "${PASSWORD}", newPassword: "x" }) { id }`,
  ],
  'Mutation.requestEmailChange': [
    'signedIn',
    `requestEmailChange(input: { newEmail: "", password: "${PASSWORD}" }) { challengeToken }`,
  ],
  'Mutation.confirmEmailChange': ['signedIn', 'confirmEmailChange(input: { challengeToken: "x", code: "1" }) { id }'],
  'Mutation.updateProfile': ['signedIn', 'updateProfile(input: {}) { id }'],
  'Mutation.deleteAccount': ['signedIn', `deleteAccount(input: { password: "${PASSWORD}" }) { userId }`],
  'Mutation.createUser': ['users:write', 'createUser(input: { email: "" }) { id }'],
  'Mutation.updateUser': ['users:write', `updateUser(input: { userId: "${NOBODY}" }) { id }`],
  'Mutation.updateUserRoles': ['users:write', `updateUserRoles(input: { userId: "${NOBODY}", roles: [] }) { id }`],
  'Mutation.suspendUser': ['users:write', `suspendUser(input: { userId: "${NOBODY}" }) { id }`],
  'Mutation.reinstateUser': ['users:write', `reinstateUser(input: { userId: "${NOBODY}" }) { id }`],
  'Mutation.deleteUser': ['users:write', `deleteUser(input: { userId: "${NOBODY}" }) { userId }`],
  'Mutation.restoreUser': ['users:write', `restoreUser(input: { userId: "${NOBODY}" }) { id }`],
  'Mutation.endUserSessions': ['sessions:revoke', `endUserSessions(input: { userId: "${NOBODY}" }) { endedSessions }`],
  'Mutation.createRole': ['roles:write', 'createRole(input: { name: "user", permissions: [] }) { name }'],
  'Mutation.updateRole': ['roles:write', 'updateRole(input: { name: "no-such-role" }) { name }'],
  'Mutation.deleteRole': ['roles:write', 'deleteRole(input: { name: "no-such-role" }) { name }'],
};

/** Every field of a User: who sees it. `self` is the person; anybody else needs the permission. */
const USER: Record<string, 'anyone' | { self: boolean; permission: (typeof PERMISSIONS)[number] }> = {
  id: 'anyone',
  username: 'anyone',
  displayName: 'anyone',
  avatarUrl: 'anyone',
  createdAt: 'anyone',
  email: { self: true, permission: 'users:read' },
  emailVerified: { self: true, permission: 'users:read' },
  status: { self: true, permission: 'users:read' },
  locale: { self: true, permission: 'users:read' },
  roles: { self: true, permission: 'users:read' },
  permissions: { self: true, permission: 'users:read' },
  sessions: { self: true, permission: 'users:read' },
  lastLoginAt: { self: true, permission: 'users:read' },
  updatedAt: { self: true, permission: 'users:read' },
  deletedAt: { self: false, permission: 'users:read' },
  activity: { self: true, permission: 'audit:read' },
};

/** Types without a door of their own: all ways to them lead through a field above. */
const BEHIND_A_DOOR = `
  AccountDeleted AuditEvent AuditEventConnection AuditEventEdge AuthSettings ChallengeRequired ErrorInfo LoggedOut
  PageInfo PasswordPolicy Role Session SignedIn UserConnection UserEdge _Service`
  .trim()
  .split(/\s+/);

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
  target = await registeredPerson(gateway, { displayName: 'Target' });
  people = {
    anonymous: null,
    user: await signedInPerson(gateway),
    admin: await admin(gateway),
  } as unknown as typeof people;
  for (const permission of PERMISSIONS) people[permission] = await holderOf(gateway, [permission]);
  tokens = {} as typeof tokens;
  for (const caller of CALLERS) await renew(caller);
}, 60_000);

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
    expectSeen(find(data), errors, (rule) => caller === rule.permission || caller === 'admin');
    expect(find(data).id).toBe(target.id);
  });
});

test.each(CALLERS.filter((caller) => caller !== 'anonymous'))('the person themself: %s', async (caller) => {
  const { data, errors } = await gateway.gql(`{ me { ${EVERYTHING} } }`, {}, { token: tokens[caller] });
  expectSeen(data?.me, errors, (rule) => rule.self || caller === rule.permission || caller === 'admin');
});

/** What may be seen has a value or none and no error; what may not is null, with FORBIDDEN and nothing else. */
function expectSeen(
  seen: Record<string, unknown>,
  errors: GraphQLFailure[],
  may: (rule: { self: boolean; permission: string }) => boolean,
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
