import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { ServerOptions } from '../../../packages/client/src/server.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { type Registered, registeredPerson } from '../../support/people.js';
import { SECRET, visitorOf } from '../../support/server-visitor.js';

let gateway: TestGateway;
let ada: Registered;
beforeAll(async () => {
  gateway = await startGateway({ TRUST_PROXY: '127.0.0.1,::1', ACCESS_TOKEN_LIFETIME: '15m' });
  ada = await registeredPerson(gateway);
});

const visitor = (options?: Partial<ServerOptions>) => visitorOf(gateway, options);

describe('the cookie that says who the user is', () => {
  const ACCESS = 'sallyport-access';
  const rewritten = (cookie: string) => {
    const held = JSON.parse(decodeURIComponent(cookie.slice(0, cookie.lastIndexOf('.'))));
    const text = JSON.stringify({ ...held, user: { ...held.user, id: 'of-somebody-else', email: 'eve@example.com' } });
    return encodeURIComponent(text);
  };
  async function cookieOf(browser: ReturnType<typeof visitorOf>) {
    const visit = browser.open();
    await visit.login({ identifier: ada.email, password: ada.password });
    browser.keep(visit.commit(new Response(null)));
    return browser.jar.get(ACCESS)!;
  }

  test('is not believed where the user has written it', async () => {
    const browser = visitor();
    const cookie = await cookieOf(browser);
    const signature = cookie.slice(cookie.lastIndexOf('.'));
    const other = await cookieOf(visitor({ secret: SECRET.toUpperCase() }));
    const forged = rewritten(cookie);
    for (const planted of [forged, `${forged}${signature}`, `${forged}.`, `.${forged}`, signature, other]) {
      browser.jar.set(ACCESS, planted);
      expect(browser.get().getState()).toEqual({ status: 'unknown' });
    }
    expect(await browser.get().ready()).toMatchObject({ status: 'signedIn', user: { id: ada.id } });
  });

  test('is not believed without a session, under another name, or once the token has expired', async () => {
    const browser = visitor();
    const cookie = await cookieOf(browser);
    const prefixed = visitor({ cookiePrefix: 'other' });
    for (const name of ['other-access', 'other-refresh']) prefixed.jar.set(name, cookie);
    expect(prefixed.get().getState()).toEqual({ status: 'unknown' });
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 901_000);
    try {
      expect(browser.get().getState()).toEqual({ status: 'unknown' });
    } finally {
      now.mockRestore();
    }
    expect(browser.get().getState()).toMatchObject({ status: 'signedIn' });
    browser.jar.delete('sallyport-refresh');
    expect(browser.get().getState()).toEqual({ status: 'unknown' });
  });

  test('is signed with a secret that cannot be guessed', () => {
    expect(() => visitor({ secret: 'short' })).toThrow('at least 32 characters');
  });
});
