import { once } from 'node:events';
import { createServer, get, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { freePort } from '../../src/platform/free-port.js';
import { holderOf } from '../support/administration.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { haproxy, startHaproxy } from '../support/haproxy.js';
import { nginx, startNginx } from '../support/nginx.js';
import { testWith } from '../support/not-run.js';
import { LOGOUT, type SignedInPerson, signedInPerson } from '../support/people.js';
import type { Proxy } from '../support/proxy-process.js';
import { cookieLogin, cookiesOf, SESSION_COOKIES } from '../support/cookie-login.js';
import { FEDERATION_SECRET } from '../support/router.js';
import { readText } from '../support/source-tree.js';

const file = (path: string) => readText(`deploy/routers/${path}`) ?? '';

let gateway: TestGateway;
let ada: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway({ FEDERATION_SECRET, TRUST_PROXY: '1' });
  ada = await holderOf(gateway, ['orders:read']);
});

const PROXIES = [
  {
    name: 'nginx',
    program: nginx,
    start: (at: Addresses) => startNginx(file('nginx/nginx.conf'), at),
  },
  {
    name: 'HAProxy',
    program: haproxy,
    start: (at: Addresses) =>
      startHaproxy(file('haproxy/haproxy.cfg'), at, { 'verify-token.lua': file('haproxy/verify-token.lua') }),
  },
];
type Addresses = { port: number; 'sallyport:4000': string; 'orders:8080': string };

describe.each(PROXIES)('$name, by its file,', ({ name, program, start }) => {
  const testProxy = testWith(program, `${name} in front of the gateway`, `no ${name}`);
  const received: IncomingHttpHeaders[] = [];
  let orders: Server;
  let proxy: Proxy | undefined;
  beforeAll(async () => {
    orders = createServer((request, response) => {
      received.push(request.headers);
      response.end('orders');
    }).listen(0, '127.0.0.1');
    await once(orders, 'listening');
    if (!program) return;
    proxy = await start({
      port: await freePort('127.0.0.1'),
      'sallyport:4000': new URL(gateway.url).host,
      'orders:8080': `127.0.0.1:${(orders.address() as AddressInfo).port}`,
    });
  });
  afterAll(async () => {
    await proxy?.stop();
    orders.closeAllConnections();
    orders.close();
  });

  const at = (path: string, init: RequestInit = {}) => fetch(`${proxy?.url}${path}`, init);
  const withToken = ({ accessToken }: SignedInPerson, headers = {}) => ({
    headers: { authorization: `Bearer ${accessToken}`, ...headers },
  });

  testProxy('passes both cookies on, and tells the address of the client, whatever that says itself', async () => {
    const response = await at('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.9' },
      body: JSON.stringify(cookieLogin(ada)),
    });
    expect(cookiesOf(response)).toEqual(SESSION_COOKIES);
    const { data } = await response.json();
    const rows = await gateway.database.sql('select ip_address from sessions where id = $1', [data.login.session.id]);
    expect(rows).toEqual([{ ip_address: '127.0.0.1' }]);
    expect((await at('/metrics')).status).toBe(404);
    expect((await at('/health/ready')).status).toBe(200);
  });

  testProxy('lets nobody speak for the router', async () => {
    const response = await at('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'router-authorization': FEDERATION_SECRET },
      body: JSON.stringify({ query: '{ _service { sdl } }' }),
    });
    expect(await response.text()).toContain('FORBIDDEN');
  });

  testProxy('tells a service whose token it is, and what a client claims to be is overwritten', async () => {
    const forged = {
      'x-auth-user': 'root',
      'x-auth-roles': 'admin',
      'X-Auth-Scope': 'orders:write',
      x_auth_user: 'root',
    };
    for (const method of ['GET', 'POST']) {
      const init = { ...withToken(ada, forged), method, ...(method === 'POST' && { body: 'x=1' }) };
      expect(await (await at('/orders/7', init)).text()).toBe('orders');
      expect(received.at(-1)).toMatchObject({ 'x-auth-user': ada.id, 'x-auth-scope': 'orders:read' });
      expect(received.at(-1)?.['x-auth-roles']).not.toContain('admin');
      expect(received.at(-1)).not.toHaveProperty('x_auth_user');
    }
  });

  testProxy('lets nothing through without a live token that has the permission', async () => {
    const before = received.length;
    const anonymous = await at('/orders/7', { headers: { 'x-auth-user': ada.id } });
    expect([anonymous.status, anonymous.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const bob = await signedInPerson(gateway);
    expect((await at('/orders/7', withToken(bob))).status).toBe(403);
    const eve = await holderOf(gateway, ['orders:read']);
    expect((await at('/orders/7', withToken(eve))).status).toBe(200);
    await gateway.ask(LOGOUT, {}, { token: eve.accessToken });
    const revoked = await at('/orders/7', withToken(eve));
    expect([revoked.status, revoked.headers.get('www-authenticate')]).toEqual([401, 'Bearer error="invalid_token"']);
    expect((await at('/_verify', withToken(ada))).status).toBe(404);
    expect(received).toHaveLength(before + 1);
  });

  testProxy('refuses a request with two tokens, of which the service could read the other one', async () => {
    const before = received.length;
    const { port } = new URL(proxy!.url);
    const headers = ['host', 'orders', 'authorization', `Bearer ${ada.accessToken}`, 'authorization', 'Bearer x'];
    const [answer] = await once(get({ host: '127.0.0.1', port, path: '/orders/7', headers }), 'response');
    answer.resume();
    expect([400, 401]).toContain(answer.statusCode);
    expect(received).toHaveLength(before);
  });

  testProxy('refuses all where the gateway does not answer', async () => {
    const before = received.length;
    const alone = await start({
      port: await freePort('127.0.0.1'),
      'sallyport:4000': `127.0.0.1:${await freePort('127.0.0.1')}`,
      'orders:8080': `127.0.0.1:${(orders.address() as AddressInfo).port}`,
    });
    const answer = await fetch(`${alone.url}/orders/7`, withToken(ada));
    await alone.stop();
    expect([500, 503]).toContain(answer.status);
    expect(received).toHaveLength(before);
  });
});
