import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import http from '@graphql-mesh/transport-http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { composeServices, compositionHasErrors } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { type Registered, registeredPerson } from '../support/people.js';
import { readText } from '../support/source-tree.js';

const PAGE = 'https://app.example.com';
const ROUTER = '198.51.100.7';
const LOGIN = 'mutation ($input: LoginInput!) { login(input: $input) { ... on SignedIn { session { id } } } }';
const REFRESH = 'mutation { refresh { session { id } } }';

/** What docs/federation.md says that a router must pass on. */
const page = readText('docs/federation.md') ?? '';
const listed = /<!-- passed on -->\n([^]*?)<!-- \/passed on -->/.exec(page)?.[1] ?? '';
const PASSED_ON = [...listed.matchAll(/`([a-z-]+)`/g)]
  .map(([, name = '']) => name)
  .filter((name) => name !== 'set-cookie');

let gateway: TestGateway;
let ada: Registered;
const routers: ReturnType<typeof createGatewayRuntime>[] = [];
beforeAll(async () => {
  gateway = await startGateway({ CORS_ORIGINS: PAGE, TRUST_PROXY: '1' });
  ada = await registeredPerson(gateway);
});
afterAll(() => Promise.all(routers.map((router) => router[Symbol.asyncDispose]())));

function routerThatPassesOn(names: string[]) {
  const composed = composeServices([
    { name: 'sallyport', typeDefs: parse(readText('schema.graphql')!), url: `${gateway.url}/graphql` },
  ]);
  if (compositionHasErrors(composed)) throw new Error(composed.errors.join('\n'));
  const router = createGatewayRuntime({
    supergraph: composed.supergraphSdl,
    transports: { http },
    logging: false,
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) =>
        Object.fromEntries(
          names.map((name) => [name, request.headers.get(name)] as const).filter(([, value]) => value),
        ),
      fromSubgraphsToClient: ({ response }) => ({ 'set-cookie': response.headers.getSetCookie() }),
    },
  });
  routers.push(router);
  return async (query: string, cookie: string, variables = {}) => {
    const response = await router.fetch('http://router/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Browser of Ada',
        'x-forwarded-for': ROUTER,
        'sec-fetch-site': 'same-site',
        origin: PAGE,
        cookie,
      },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors = [] } = await response.json();
    const codes = errors.map(({ extensions }: { extensions: { code: string } }) => extensions.code);
    return { data, codes, cookies: response.headers.getSetCookie().map((line) => line.split(';')[0]!) };
  };
}

test('docs/federation.md lists what it takes', () => {
  expect(PASSED_ON).toEqual([
    'authorization',
    'cookie',
    'origin',
    'sec-fetch-site',
    'user-agent',
    'x-forwarded-for',
    'x-sallyport-app',
  ]);
});

test('a browser signs in and refreshes by cookie through a router that passes all of it on', async () => {
  const ask = routerThatPassesOn(PASSED_ON);
  const input = { identifier: ada.email, password: ada.password, tokenDelivery: 'COOKIE' };
  const login = await ask(LOGIN, '', { input });
  expect(login.codes).toEqual([]);
  expect(login.cookies.map((pair) => pair.split('=')[0]).toSorted((one, other) => (one! < other! ? -1 : 1))).toEqual([
    'sallyport-device',
    'sallyport-refresh',
  ]);
  const { data, codes } = await ask(REFRESH, login.cookies.join('; '));
  expect(codes).toEqual([]);
  expect(data.refresh.session.id).toBe(login.data.login.session.id);
  const [row] = await gateway.database.sql('select ip_address, user_agent from sessions where id = $1', [
    data.refresh.session.id,
  ]);
  expect(row).toEqual({ ip_address: ROUTER, user_agent: 'Browser of Ada' });
});

test('one that passes on the cookie, but not from which page it came, does not switch the guard off', async () => {
  const names = PASSED_ON.filter((name) => name !== 'origin' && name !== 'sec-fetch-site');
  const ask = routerThatPassesOn(names);
  const input = { identifier: ada.email, password: ada.password, tokenDelivery: 'COOKIE' };
  const { cookies } = await ask(LOGIN, '', { input });
  expect((await ask(REFRESH, cookies.join('; '))).codes).toEqual(['FORBIDDEN']);
});
