import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import http from '@graphql-mesh/transport-http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { composeSchemaContract, composeServices, compositionHasErrors } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { holderOf } from '../support/administration.js';
import { COMPOSERS } from '../support/composers.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { registeredPerson, signedInPerson } from '../support/people.js';
import { decode } from '../support/token-forge.js';

let sallyport: TestGateway;
let sdl: string;
let router: ReturnType<typeof createGatewayRuntime>;

const subgraphs = (text: string) => [
  { name: 'sallyport', typeDefs: parse(text), url: `${sallyport.url}/graphql` },
  {
    name: 'other',
    typeDefs: parse(/* GraphQL */ `
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated"])
      type Query {
        orders: [Order!]! @authenticated
      }
      type Order @key(fields: "id") {
        id: ID!
        buyer: User!
      }
      type User @key(fields: "id", resolvable: false) {
        id: ID!
      }
    `),
    url: 'http://other/graphql',
  },
];

beforeAll(async () => {
  sallyport = await startGateway({ FEDERATION_DIRECTIVES: 'on' });
  sdl = (await sallyport.ask('{ _service { sdl } }'))._service.sdl;
  const composed = composeServices(subgraphs(sdl));
  if (compositionHasErrors(composed)) throw new Error(composed.errors.join('\n'));
  router = createGatewayRuntime({
    supergraph: composed.supergraphSdl,
    transports: { http },
    logging: false,
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => ({ authorization: request.headers.get('authorization') ?? '' }),
    },
    genericAuth: {
      mode: 'protect-granular',
      // A router verifies the token; what is tried here is what it makes of the claims.
      resolveUserFn: ({ request }: { request: Request }) => {
        const token = request.headers.get('authorization')?.replace('Bearer ', '');
        return token ? decode(token).payload : null;
      },
      extractScopes: (claims: Record<string, any> | null) => claims?.scope.split(' ') ?? [],
      rejectUnauthenticated: false,
    } as never,
  });
});
afterAll(async () => {
  await router?.[Symbol.asyncDispose]();
});

async function ask(query: string, token?: string) {
  const response = await router.fetch('http://router/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query }),
  });
  const { data, errors = [] } = await response.json();

  return { data, codes: errors.map(({ extensions }: any) => extensions.code) };
}

const asked = async (operation: string) => {
  const metrics = await (await sallyport.http('/metrics')).text();
  return metrics.includes(`sallyport_operations_total{operation="${operation}"`);
};

describe('a router that reads the directives', () => {
  test('refuses anonymous requests, and we are not asked', async () => {
    expect((await ask('{ me { id } }')).codes).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE']);
    expect(await asked('me')).toBe(false);
    const ada = await signedInPerson(sallyport);
    expect(await ask('{ me { id email } }', ada.accessToken)).toEqual({
      data: { me: { id: ada.id, email: ada.email } },
      codes: [],
    });
  });

  test('refuses who lacks the permission, and we are not asked', async () => {
    const ada = await signedInPerson(sallyport);
    expect((await ask('{ users(first: 1) { totalCount } }', ada.accessToken)).codes).toEqual([
      'UNAUTHORIZED_FIELD_OR_TYPE',
    ]);
    expect(await asked('users')).toBe(false);
    const reader = await holderOf(sallyport, ['users:read']);
    expect(await ask('{ users(first: 1) { nodes { suspendedAt } } }', reader.accessToken)).toEqual({
      data: { users: { nodes: [{ suspendedAt: null }] } },
      codes: [],
    });
  });

  test('lets who signs in read their own user in the same answer, though the request has no token', async () => {
    const { email, password } = await registeredPerson(sallyport);
    const login = `mutation { login(input: { identifier: "${email}", password: "${password}" }) {
      ... on SignedIn { user { email roles { name } suspendedAt } } } }`;
    const { data } = await ask(login);
    expect(data.login.user).toMatchObject({ email, roles: [{ name: 'user' }] });
  });

  test('leaves the last word to us', async () => {
    const ada = await holderOf(sallyport, ['users:read']);
    await sallyport.ask('mutation { logout { endedSessions } }', {}, { token: ada.accessToken });
    expect((await ask('{ users(first: 1) { totalCount } }', ada.accessToken)).codes).toEqual(['TOKEN_REVOKED']);
  });
});

describe.each(['tags', 'on', 'policies'])('FEDERATION_DIRECTIVES=%s', (level) => {
  test.each(COMPOSERS)('composes in %s', async (_, problemsOf) => {
    const at = await sallyport.replica({ FEDERATION_DIRECTIVES: level });
    const { _service } = await at.ask('{ _service { sdl } }');
    expect(problemsOf(subgraphs(_service.sdl))).toEqual([]);
    await at.close();
  });
});

test('each level declares what it should about an operation', async () => {
  const lineOf = async (level: string, operation: string) => {
    const at = await sallyport.replica({ FEDERATION_DIRECTIVES: level, REAUTHENTICATION_AGE: '2m' });
    const { _service } = await at.ask('{ _service { sdl } }');
    await at.close();
    const field = new RegExp(`^  ${operation}(?:\\([^]*?^  \\))?:? *: \\S+(.*)$`, 'm').exec(
      _service.sdl.replace(/"""[^]*?"""/g, ''),
    );
    return field?.[1]?.trim();
  };
  expect(await lineOf('off', 'updateUserRoles')).toBe('');
  expect(await lineOf('tags', 'updateUserRoles')).toBe('@tag(name: "admin")');
  expect(await lineOf('on', 'updateUserRoles')).toBe('@tag(name: "admin") @requiresScopes(scopes: [["users:write"]])');
  expect(await lineOf('policies', 'updateUserRoles')).toBe(
    '@tag(name: "admin") @requiresScopes(scopes: [["users:write"]]) @policy(policies: [["stepup:120s"]])',
  );
  expect(await lineOf('policies', 'linkIdentity')).toBe('@authenticated @policy(policies: [["stepup:120s"]])');
  for (const open of ['login', 'refresh', 'logout', 'verifyOtp', 'authSettings'])
    expect([open, await lineOf('on', open)]).toEqual([open, '']);
});

test('a contract without `admin` has nothing of the administration, and all of the rest', () => {
  const filter = { include: new Set<string>(), exclude: new Set(['admin']) };
  const contract = composeSchemaContract(subgraphs(sdl), filter, true);
  if (compositionHasErrors(contract)) throw new Error(contract.errors.join('\n'));
  // Without descriptions, which name operations too.
  const left = (contract.publicSdl ?? '').replace(/"""[^]*?"""/g, '');
  for (const gone of [
    'users(',
    'user(',
    'auditEvents',
    'createUser',
    'UserConnection',
    'suspendedReason',
    'UpdateRoleInput',
  ])
    expect([gone, left.includes(gone)]).toEqual([gone, false]);
  for (const kept of ['me: User', 'login(', 'type Session', 'activity(', 'orders']) expect(left).toContain(kept);
});
