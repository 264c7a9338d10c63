import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from '../support/browser.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, LOGOUT, REFRESH, type Registered, registeredPerson } from '../support/people.js';

const NAME = 'sallyport-refresh';
let gateway: TestGateway;
let ada: Registered;
beforeAll(async () => {
  gateway = await startGateway({ CORS_ORIGINS: 'https://app.example.com' });
  ada = await registeredPerson(gateway);
});

async function signInBy(browser: Browser): Promise<any> {
  const input = { identifier: ada.email, password: ada.password, tokenDelivery: 'COOKIE' };
  const { data } = await browser.gql(LOGIN, { input });
  return data!.login;
}

describe('a refresh token delivered as a cookie', () => {
  test('is in no answer, but in a cookie that scripts cannot read and other sites cannot send', async () => {
    const browser = gateway.browser();
    const { refreshToken, accessToken, refreshTokenExpiresAt } = await signInBy(browser);
    expect(refreshToken).toBeNull();
    expect(accessToken).toBeTruthy();
    const received = browser.received.filter((line) => line.startsWith(`${NAME}=`));
    expect(received).toHaveLength(1);
    const [, ...attributes] = received[0]!.split('; ');
    expect(attributes.toSorted()).toEqual([
      `Expires=${new Date(refreshTokenExpiresAt).toUTCString()}`,
      'HttpOnly',
      'Path=/graphql',
      'SameSite=Strict',
    ]);
  });

  test('is traded for the next cookie, again not in the body', async () => {
    const browser = gateway.browser();
    await signInBy(browser);
    const before = browser.cookie(NAME);
    const { data } = await browser.gql(REFRESH);
    expect(data!.refresh.refreshToken).toBeNull();
    expect(browser.cookie(NAME)).not.toBe(before);
    expect((await browser.gql(REFRESH)).errors).toEqual([]);
  });

  test('is cleared by logout', async () => {
    const browser = gateway.browser();
    const { accessToken } = await signInBy(browser);
    expect((await browser.gql(LOGOUT, {}, { token: accessToken })).errors).toEqual([]);
    expect(browser.cookie(NAME)).toBeUndefined();
    expect(browser.received.at(-1)).toMatch(/^sallyport-refresh=; Expires=Thu, 01 Jan 1970 .*HttpOnly/);
    expectCode(await browser.gql(REFRESH), 'REFRESH_TOKEN_INVALID');
  });

  test('is cleared when it is dead, so that it is not sent for ever', async () => {
    const browser = gateway.browser();
    const { accessToken } = await signInBy(browser);
    await gateway.ask(LOGOUT, {}, { token: accessToken });
    expect(browser.cookie(NAME)).toBeTruthy();
    expectCode(await browser.gql(REFRESH), 'REFRESH_TOKEN_INVALID');
    expect(browser.cookie(NAME)).toBeUndefined();
  });
});

describe('the origin of a page', () => {
  test.each([
    'https://evil.example',
    'null',
    'http://localhost:4001',
    'https://localhost:4000',
    'http://localhost:4000.evil.example',
    'https://app.example.com.evil.example',
    'http://app.example.com',
  ])('%s may not use the cookie, and the session goes on', async (origin) => {
    const browser = gateway.browser();
    await signInBy(browser);
    const cookie = browser.cookie(NAME);
    expectCode(await browser.gql(REFRESH, {}, { headers: { origin } }), 'FORBIDDEN');
    expect(browser.cookie(NAME)).toBe(cookie);
    const used = await gateway.database.sql('select used_at from refresh_tokens where id = $1', [
      cookie!.split('.')[0],
    ]);
    expect(used).toEqual([{ used_at: null }]);
  });

  test.each(['http://localhost:4000', 'http://127.0.0.1:4000', 'https://app.example.com'])(
    '%s may use the cookie',
    async (origin) => {
      const browser = gateway.browser(origin);
      await signInBy(browser);
      expect((await browser.gql(REFRESH)).errors).toEqual([]);
    },
  );

  test('is not required when the token is in the body: there is nothing to forge', async () => {
    const { data } = await gateway.gql(LOGIN, { input: { identifier: ada.email, password: ada.password } });
    const input = { refreshToken: data!.login.refreshToken };
    const answer = await gateway.gql(REFRESH, { input }, { headers: { origin: 'https://evil.example' } });
    expect(answer.errors).toEqual([]);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test('without Origin is decided by Sec-Fetch-Site', async () => {
    const browser = gateway.browser();
    await signInBy(browser);
    const cookie = `${NAME}=${browser.cookie(NAME)}`;
    const refresh = (site: string) => gateway.gql(REFRESH, {}, { cookie, headers: { 'sec-fetch-site': site } });
    expectCode(await refresh('cross-site'), 'FORBIDDEN');
    expectCode(await refresh('same-site'), 'FORBIDDEN');
    expect((await refresh('same-origin')).errors).toEqual([]);
  });

  test('that neither header names is refused: a router that drops both must not switch the guard off', async () => {
    const browser = gateway.browser();
    const { accessToken } = await signInBy(browser);
    const cookie = `${NAME}=${browser.cookie(NAME)}`;
    for (const token of [undefined, accessToken]) {
      const answer = await gateway.gql(REFRESH, {}, { cookie, token });
      expectCode(answer, 'FORBIDDEN');
      expect(answer.errors[0]!.message).toMatch(/neither Origin nor Sec-Fetch-Site.*router/);
    }
    expectCode(await gateway.gql(LOGOUT, {}, { cookie }), 'FORBIDDEN');
    expect((await browser.gql(REFRESH)).errors).toEqual([]);
  });
});

describe('a cookie that an attacker chose', () => {
  test('does not become the user’s session at login (fixation)', async () => {
    const planted = gateway.browser();
    await signInBy(planted);
    const cookie = `${NAME}=${planted.cookie(NAME)}`;
    const input = { identifier: ada.email, password: ada.password, tokenDelivery: 'COOKIE' };
    const answer = await gateway.gql(LOGIN, { input }, { cookie });
    const set = answer.headers.getSetCookie()[0]!;
    expect(set).toMatch(/^sallyport-refresh=[\w-]+\.[\w-]+;/);
    expect(set).not.toContain(planted.cookie(NAME)!);
  });

  test.each(['', 'x', '%00', '"', 'a'.repeat(6000)])('is refused when it is no token: %.20j', async (value) => {
    const answer = await gateway.gql(
      REFRESH,
      {},
      { cookie: `${NAME}=${value}`, headers: { origin: 'http://localhost:4000' } },
    );
    expectCode(answer, 'REFRESH_TOKEN_INVALID');
  });
});

test('on https the cookie is Secure, by name and by attribute, and keeps to the path of PUBLIC_URL', async () => {
  const secure = await startGateway({ PUBLIC_URL: 'https://auth.example.com/id/' });
  const grace = await registeredPerson(secure);
  const input = { identifier: grace.email, password: grace.password, tokenDelivery: 'COOKIE' };
  const { headers } = await secure.gql(LOGIN, { input });
  const [cookie] = headers.getSetCookie();
  expect(cookie).toMatch(/^__Secure-sallyport-refresh=/);
  expect(cookie!.split('; ')).toEqual(
    expect.arrayContaining(['Secure', 'HttpOnly', 'SameSite=Strict', 'Path=/id/graphql']),
  );
  expect(headers.get('strict-transport-security')).toMatch(/max-age=31536000/);
});
