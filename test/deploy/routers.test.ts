import { beforeAll, describe, expect, test } from '@jest/globals';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import http from '@graphql-mesh/transport-http';
import { composeServices, compositionHasErrors } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { parse as parseYaml } from 'yaml';
import { readCall } from '../../src/coprocessor/dialects.js';
import { holderOf } from '../support/administration.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { cookieLogin, cookiesOf, SESSION_COOKIES } from '../support/cookie-login.js';
import type { SignedInPerson } from '../support/people.js';
import { FEDERATION_SECRET } from '../support/router.js';
import { readText } from '../support/source-tree.js';

const file = (path: string) => readText(`deploy/routers/${path}`) ?? '';
const yaml = (path: string) => parseYaml(file(path));

/** What docs/federation.md says that a router must pass on. */
const listed = /<!-- passed on -->\n([^]*?)<!-- \/passed on -->/.exec(readText('docs/federation.md') ?? '')?.[1] ?? '';
const PASSED_ON = [...listed.matchAll(/`([a-z-]+)`/g)]
  .map(([, name = '']) => name)
  .filter((name) => name !== 'set-cookie');

let gateway: TestGateway;
let ada: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway({ FEDERATION_SECRET, TRUST_PROXY: '1' });
  ada = await holderOf(gateway, ['orders:read']);
});

describe('what the files say', () => {
  test('Apollo Router passes on what docs/federation.md lists, and calls the coprocessor at stages that it answers', () => {
    const { coprocessor, headers } = yaml('apollo-router/router.yaml');
    const [{ propagate }, { remove }, { insert }] = headers.subgraphs.sallyport.request;
    const passes = new RegExp(propagate.matching);
    expect(PASSED_ON.filter((name) => !passes.test(name))).toEqual([]);
    expect(passes.test('router-authorization') || passes.test('x-authorization')).toBe(false);
    expect([remove.named, insert.name]).toEqual(['router-authorization', 'router-authorization']);
    for (const [stage, name] of [
      ['router', 'RouterRequest'],
      ['supergraph', 'SupergraphRequest'],
    ] as const) {
      // With nothing but what the file asks for, claims and policies are read.
      const { selective } = coprocessor[stage].request.context;
      const entries = Object.fromEntries(selective.map((key: string) => [key, { mfa: null }]));
      const call = readCall({ version: 1, stage: name, context: { entries } });
      expect(call).toMatchObject({ isResponse: false, claims: { mfa: null } });
      expect(call.policies).toEqual(stage === 'supergraph' ? ['mfa'] : []);
    }
  });

  test('Apollo Router returns every Set-Cookie with the script that the configuration names', () => {
    const { scripts, main } = yaml('apollo-router/router.yaml').rhai;
    const script = file(`apollo-router/${scripts.replace('./', '')}/${main}`);
    expect(script).toContain('response.headers.values("set-cookie")');
    expect(script).toContain('fn supergraph_service(service)');
  });

  test('Hive Router does the same', () => {
    const { coprocessor, headers } = yaml('hive-router/router.config.yaml');
    const { request, response } = headers.subgraphs.sallyport;
    expect(PASSED_ON.filter((name) => !request[0].propagate.named.includes(name))).toEqual([]);
    expect(response[0].propagate).toEqual({ named: 'set-cookie', algorithm: 'append' });
    for (const [group, stages] of Object.entries<object>(coprocessor.stages))
      for (const [name, { include }] of Object.entries<any>(stages)) {
        // It has no claims in its context: without headers nothing would be known of the token.
        expect(include.headers).toBe(true);
        const call = readCall({ version: 1, stage: `${group}.${name}`, headers: { authorization: ['Bearer x'] } });
        expect(call).toMatchObject({ isResponse: false, authorization: ['Bearer x'] });
      }
  });

  test('Cosmo Router passes on all but cookies, which it cannot return', () => {
    const [{ matching }] = yaml('cosmo-router/config.yaml').headers.subgraphs.sallyport.request;
    const passes = new RegExp(matching.replace('(?i)', ''), 'i');
    expect(PASSED_ON.filter((name) => !passes.test(name))).toEqual(['cookie']);
  });

  test('each proxy overwrites or removes every header that says who the user is', async () => {
    const { headers } = await gateway.http('/verify-token', {
      headers: { authorization: `Bearer ${ada.accessToken}` },
    });
    const ofAda = [...headers.keys()].filter((name) => name.startsWith('x-auth-'));
    expect(ofAda).toHaveLength(8);
    // Only an impersonation has it.
    const told = [...ofAda, 'x-auth-impersonator'];
    const inNginx = [...file('nginx/nginx.conf').matchAll(/proxy_set_header (X-Auth-\w+)/g)].map(([, name = '']) =>
      name.toLowerCase(),
    );
    const { authResponseHeaders } = yaml('traefik/dynamic.yaml').http.middlewares.sallyport.forwardAuth;
    const [manager] = yaml('envoy/envoy.yaml').static_resources.listeners[0].filter_chains[0].filters;
    const [removing, asking] = manager.typed_config.http_filters;
    const removed = removing.typed_config.mutations.request_mutations.map(({ remove }: any) => remove);
    const inHaproxy = [...file('haproxy/verify-token.lua').matchAll(/'(X-Auth-\w+)'/g)].map(([, name = '']) =>
      name.toLowerCase(),
    );
    for (const names of [inNginx, inHaproxy, authResponseHeaders.map((name: string) => name.toLowerCase()), removed])
      expect(names.toSorted()).toEqual(told.toSorted());
    expect(asking.typed_config.failure_mode_allow).toBe(false);
  });
});

test('Hive Gateway, with its file, returns both cookies to a browser, and accepts the router’s header from no client', async () => {
  const { gatewayConfig } = await import('../../deploy/routers/hive-gateway/gateway.config.mjs');
  const composed = composeServices([
    { name: 'sallyport', typeDefs: parse(readText('schema.graphql')!), url: `${gateway.url}/graphql` },
  ]);
  if (compositionHasErrors(composed)) throw new Error(composed.errors.join('\n'));
  const router = createGatewayRuntime({
    ...gatewayConfig,
    supergraph: composed.supergraphSdl,
    transports: { http },
    logging: false,
  } as never);
  const before = process.env.FEDERATION_SECRET;
  process.env.FEDERATION_SECRET = FEDERATION_SECRET;
  try {
    const response = await router.fetch('http://router/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Browser of Ada',
        'x-forwarded-for': '198.51.100.7',
        'router-authorization': 'a guess',
      },
      body: JSON.stringify(cookieLogin(ada)),
    });
    expect(cookiesOf(response)).toEqual(SESSION_COOKIES);
    const { data } = await response.json();
    const rows = await gateway.database.sql('select ip_address, user_agent from sessions where id = $1', [
      data.login.session.id,
    ]);
    expect(rows).toEqual([{ ip_address: '198.51.100.7', user_agent: 'Browser of Ada' }]);
  } finally {
    if (before === undefined) delete process.env.FEDERATION_SECRET;
    else process.env.FEDERATION_SECRET = before;
    await router[Symbol.asyncDispose]();
  }
});
