import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import type { TestGateway } from './gateway.js';
import { decode } from './token-forge.js';

export const COPROCESSOR_SECRET = 'a-router-and-its-coprocessor-know-this_7Jq0f9m2Xr';

export const COPROCESSOR = { COPROCESSOR_SECRET, COPROCESSOR_PORT: '0' };

export const APOLLO_POLICIES = 'apollo::authorization::required_policies';
export const HIVE_POLICIES = 'hive::authorization::required_policies';

/** What both routers tell of a browser's request beside its token. */
const HEADERS = {
  accept: ['application/json'],
  'content-type': ['application/json'],
  host: ['graph.example.com'],
  'user-agent': ['Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'],
};

const headersOf = (token: string | null) => ({
  ...HEADERS,
  ...(token !== null && { authorization: [`Bearer ${token}`] }),
});

const undecided = (policies: readonly string[]) => Object.fromEntries(policies.map((policy) => [policy, null]));

/** Apollo Router 2 at RouterRequest, with `headers: true, path: true, method: true`. */
export function routerRequest(token: string | null) {
  return {
    version: 1,
    stage: 'RouterRequest',
    control: 'continue',
    id: '1b19c05fdafc521016df33148ad63c1b',
    headers: headersOf(token),
    path: '/',
    method: 'POST',
  };
}

/** At SupergraphRequest, with `context: all`: the claims are those that the router has read from the token. */
export function supergraphRequest(token: string | null, policies: readonly string[] = []) {
  return {
    version: 1,
    stage: 'SupergraphRequest',
    control: 'continue',
    id: '1b19c05fdafc521016df33148ad63c1b',
    context: {
      entries: {
        'apollo::supergraph::operation_name': 'Orders',
        'apollo::telemetry::client_name': 'shop',
        ...(token !== null && {
          'apollo::authentication::jwt_claims': decode(token).payload,
          'apollo::authentication::jwt_status': { type: 'header', name: 'authorization' },
        }),
        ...(policies.length > 0 && { [APOLLO_POLICIES]: undecided(policies) }),
      } as Record<string, unknown>,
    },
  };
}

/** Hive Router at router.request, with `include: { headers: true, method: true, path: true }`. */
export function hiveRequest(token: string | null) {
  return {
    version: 1,
    stage: 'router.request',
    control: 'continue',
    id: 'V1StGXR8_Z5jdHi6B-myT',
    method: 'POST',
    path: '/graphql',
    headers: headersOf(token),
  };
}

/** At graphql.analysis, with `include: { headers: true, context: true }`. */
export function hiveAnalysis(token: string | null, policies: readonly string[]) {
  return {
    version: 1,
    stage: 'graphql.analysis',
    control: 'continue',
    id: 'V1StGXR8_Z5jdHi6B-myT',
    headers: headersOf(token),
    context: {
      'hive::operation::name': 'Orders',
      'hive::operation::kind': 'query',
      'hive::authentication::jwt_status': token !== null,
      [HIVE_POLICIES]: undecided(policies),
    },
  };
}

export interface CallOptions {
  path?: string;
  method?: string;
  headers?: Record<string, string>;
}

/** Sends a call as routers do. */
export async function callCoprocessor(
  { inner }: Pick<TestGateway, 'inner'>,
  body: unknown,
  { path = `/coprocessor/${COPROCESSOR_SECRET}`, method = 'POST', headers = {} }: CallOptions = {},
) {
  const response = await fetch(`${inner.coprocessorUrl}${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'accept-encoding': 'gzip, br, deflate', ...headers },
    ...(method === 'GET' ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, answer: text === '' ? null : JSON.parse(text) };
}

/** The same through a unix socket. */
export async function callBySocket(socketPath: string, body: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { socketPath, path: `/coprocessor/${COPROCESSOR_SECRET}`, method: 'POST', agent: false },
      (response) => void json(response).then(resolve, reject),
    );
    asked.on('error', reject);
    asked.end(JSON.stringify(body));
  });
}

/** The status and the code of the GraphQL error with which a router is told to break. */
export function codeOf({ body, control }: any): [number, string] {
  const { errors } = typeof body === 'string' ? JSON.parse(body) : body;
  return [control.break, errors[0].extensions.code];
}
