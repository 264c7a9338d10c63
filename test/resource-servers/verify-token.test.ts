import { beforeAll, describe, expect, test } from '@jest/globals';
import { holderOf } from '../support/administration.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGOUT, type SignedInPerson, signedInPerson } from '../support/people.js';

let gateway: TestGateway;
let ada: SignedInPerson & { role: string };
beforeAll(async () => {
  gateway = await startGateway();
  ada = await holderOf(gateway, ['orders:read']);
});

const verify = (query = '', token: string | null = ada.accessToken, init: RequestInit = {}) =>
  gateway.http(`/verify-token${query}`, { ...init, headers: token ? { authorization: `Bearer ${token}` } : {} });

const verdict = async (query = '', token: string | null = ada.accessToken) => {
  const { status, headers } = await verify(query, token);
  return [status, headers.get('www-authenticate')];
};

describe('a proxy that asks before it forwards', () => {
  test('learns who the user is', async () => {
    const { status, headers } = await verify();
    expect(status).toBe(200);
    expect(Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-auth-')))).toEqual({
      'x-auth-user': ada.id,
      'x-auth-client': 'sallyport',
      'x-auth-session': ada.sessionId,
      'x-auth-roles': `${ada.role},user`,
      'x-auth-scope': 'orders:read',
      'x-auth-amr': 'pwd',
      'x-auth-acr': 'urn:sallyport:acr:1',
      'x-auth-time': expect.stringMatching(/^\d{10}$/),
    });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('may ask by any method, below any path, and what the request carries is not read', async () => {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
      expect((await verify('/orders/7?page=2&page=3', ada.accessToken, { method })).status).toBe(200);
  });

  test('below a path takes no demands: what Envoy appends there is written by the client', async () => {
    for (const path of ['/of/orders', '/orders', '/', '//', '/orders%3fa'])
      expect([path, await verdict(`${path}?anonymous=allow`, null)]).toEqual([path, [401, 'Bearer']]);
  });

  test('is refused for a request without a live token', async () => {
    expect(await verdict('', null)).toEqual([401, 'Bearer']);
    expect(await verdict('', 'nonsense')).toEqual([401, 'Bearer error="invalid_token"']);
    const eve = await signedInPerson(gateway);
    await gateway.ask(LOGOUT, {}, { token: eve.accessToken });
    expect(await verdict('', eve.accessToken)).toEqual([401, 'Bearer error="invalid_token"']);
    const refused = await verify('', eve.accessToken);
    expect([...refused.headers.keys()].filter((name) => name.startsWith('x-auth-'))).toEqual([]);
  });

  test('may let requests without a token pass, but none with a bad one', async () => {
    expect(await verdict('?anonymous=allow', null)).toEqual([200, null]);
    expect(await verdict('?anonymous=allow', 'nonsense')).toEqual([401, 'Bearer error="invalid_token"']);
  });

  test('may ask for permissions, all of which are needed', async () => {
    expect(await verdict('?scope=orders:read')).toEqual([200, null]);
    expect(await verdict('?scope=orders:read+orders:write')).toEqual([
      403,
      'Bearer error="insufficient_scope", scope="orders:read orders:write"',
    ]);
  });

  test('may ask for a strong or a recent authentication (RFC 9470)', async () => {
    expect(await verdict('?acr_values=urn:sallyport:acr:1&max_age=300')).toEqual([200, null]);
    expect(await verdict('?acr_values=phr')).toEqual([
      401,
      'Bearer error="insufficient_user_authentication", acr_values="phr"',
    ]);
    gateway.clock.advance(301_000);
    try {
      expect(await verdict('?max_age=300')).toEqual([
        401,
        'Bearer error="insufficient_user_authentication", max_age="300"',
      ]);
    } finally {
      gateway.clock.advance(-301_000);
    }
  });

  test.each([
    ['a misspelt parameter', '?scopes=orders:write'],
    ['a level that does not exist', '?acr_values=mfa'],
    ['an age that is no number', '?max_age=5m'],
    ['a permission that would break the header', '?scope=%22%0d%0ax'],
    ['anything but allow', '?anonymous=true'],
    ['a parameter given twice', '?scope=orders:read&scope=orders:write'],
  ])('that asks with %s is told, and nothing passes', async (_what, query) => {
    expect((await verify(query)).status).toBe(400);
  });
});
