import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser } from '../support/browser.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, LOGOUT, ME, REFRESH, type Registered, registeredPerson, signIn } from '../support/people.js';

const NAME = 'sallyport-refresh';
let gateway: TestGateway;
let ada: Registered;
beforeAll(async () => {
  gateway = await startGateway({ CORS_ORIGINS: 'https://app.example.com' });
  ada = await registeredPerson(gateway);
});

let browser: Browser;
let session: { accessToken: string; session: { id: string } };
beforeEach(async () => {
  browser = gateway.browser();
  session = await signInBy(browser);
});

async function signInBy(browser: Browser, { email, password } = ada): Promise<typeof session> {
  const { data } = await browser.gql(LOGIN, { input: { identifier: email, password, tokenDelivery: 'COOKIE' } });
  return data!.login;
}

const isOver = async ({ session: { id } }: typeof session) => {
  const [row] = await gateway.database.sql('select ended_at from sessions where id = $1', [id]);
  return row!.ended_at !== null;
};

describe('in a browser whose access token', () => {
  test('is gone, logout ends the session of the cookie, also when its document is known', async () => {
    for (let round = 0; round < 3; round += 1) {
      session = await signInBy(browser);
      expect((await browser.gql(LOGOUT)).data!.logout).toEqual({ endedSessions: 1 });
      expect(browser.cookie(NAME)).toBeUndefined();
      expect(browser.received.at(-1)).toMatch(/^sallyport-refresh=; Expires=Thu, 01 Jan 1970 .*HttpOnly/);
      expectCode(await gateway.gql(ME, {}, { token: session.accessToken }), 'TOKEN_REVOKED');
      expectCode(await browser.gql(LOGOUT), 'UNAUTHENTICATED');
    }
  });

  test('has expired, logout ends the session of the cookie', async () => {
    gateway.clock.advance(3_600_000);
    expectCode(await gateway.gql(LOGOUT, {}, { token: session.accessToken }), 'TOKEN_EXPIRED');
    const answer = await browser.gql(LOGOUT, {}, { token: session.accessToken });
    expect(answer.data!.logout).toEqual({ endedSessions: 1 });
    expect(browser.cookie(NAME)).toBeUndefined();
    expectCode(await browser.gql(REFRESH), 'REFRESH_TOKEN_INVALID');
  });

  test('is not ours, logout ends the session of the cookie', async () => {
    expect((await browser.gql(LOGOUT, {}, { token: 'garbage' })).data!.logout).toEqual({ endedSessions: 1 });
    expect(await isOver(session)).toBe(true);
  });

  test('was revoked, as by a change of roles, logout ends the session, and the token is dead all the same', async () => {
    const grace = await registeredPerson(gateway);
    const other = gateway.browser();
    const hers = await signInBy(other, grace);
    expect((await gateway.gql(ME, {}, { token: hers.accessToken })).errors).toEqual([]);
    await gateway.database.sql('update users set version = version + 1 where id = $1', [grace.id]);
    expect((await other.gql(LOGOUT, {}, { token: hers.accessToken })).data!.logout).toEqual({ endedSessions: 1 });
    expect(other.cookie(NAME)).toBeUndefined();
    expect(await isOver(hers)).toBe(true);
    expectCode(await gateway.gql(ME, {}, { token: hers.accessToken }), 'TOKEN_REVOKED');
  });

  test('is good, that one says which session ends, and a cookie of another one is only cleared', async () => {
    const phone = await signInBy(gateway.browser());
    expect((await browser.gql(LOGOUT, {}, { token: phone.accessToken })).data!.logout).toEqual({ endedSessions: 1 });
    expect(await isOver(phone)).toBe(true);
    expect(await isOver(session)).toBe(false);
    expect(browser.cookie(NAME)).toBeUndefined();
  });

  test('comes with a refresh token in the input, that one says which session ends, and the cookie stays', async () => {
    const input = { identifier: ada.email, password: ada.password };
    const phone = (await gateway.ask(LOGIN, { input })).login;
    const query = `mutation { logout(input: { refreshToken: "${phone.refreshToken}" }) { endedSessions } }`;
    expect((await browser.gql(query)).data!.logout).toEqual({ endedSessions: 1 });
    expect([await isOver(phone), await isOver(session)]).toEqual([true, false]);
    expect((await browser.gql(REFRESH)).errors).toEqual([]);
  });
});

describe('a cookie', () => {
  test('of a session that is over is cleared without an error', async () => {
    await gateway.ask(LOGOUT, {}, { token: session.accessToken });
    expect((await browser.gql(LOGOUT)).data!.logout).toEqual({ endedSessions: 0 });
    expect(browser.cookie(NAME)).toBeUndefined();
    expect((await browser.gql(LOGOUT, {}, { token: session.accessToken })).errors[0]!.extensions.code).toBe(
      'TOKEN_REVOKED',
    );
  });

  test.each(['x', '%00', '"', 'a'.repeat(6000), `018f0000-0000-7000-8000-000000000000.${'a'.repeat(43)}`])(
    'that is no token is refused and cleared: %.20j',
    async (value) => {
      const cookie = `${NAME}=${value}`;
      const answer = await gateway.gql(LOGOUT, {}, { cookie, headers: { origin: 'http://localhost:4000' } });
      expectCode(answer, 'REFRESH_TOKEN_INVALID');
      expect(answer.headers.getSetCookie()).toEqual([
        expect.stringMatching(/^sallyport-refresh=; Expires=Thu, 01 Jan/),
      ]);
    },
  );
});

describe('a page of another origin', () => {
  test.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: 'http://localhost:4001' }],
    [{ origin: 'https://app.example.com.evil.example' }],
  ])('ends no session, with a dead token or without: %j', async (headers) => {
    const cookie = browser.cookie(NAME);
    for (const token of [undefined, 'garbage'])
      expectCode(await browser.gql(LOGOUT, {}, { headers, token }), 'FORBIDDEN');
    expect(browser.cookie(NAME)).toBe(cookie);
    expect(await isOver(session)).toBe(false);
  });

  test('clears no cookie by a token of its own', async () => {
    const cookie = browser.cookie(NAME);
    const { accessToken: token } = await signIn(gateway, await registeredPerson(gateway));
    const answer = await browser.gql(LOGOUT, {}, { headers: { origin: 'https://evil.example' }, token });
    expect(answer.data!.logout).toEqual({ endedSessions: 1 });
    expect(browser.cookie(NAME)).toBe(cookie);
    expect(await isOver(session)).toBe(false);
  });

  test('is known by Sec-Fetch-Site where it names none', async () => {
    const cookie = `${NAME}=${browser.cookie(NAME)}`;
    const from = (site: string) => gateway.gql(LOGOUT, {}, { cookie, headers: { 'sec-fetch-site': site } });
    expectCode(await from('cross-site'), 'FORBIDDEN');
    expectCode(await from('same-site'), 'FORBIDDEN');
    expect(await isOver(session)).toBe(false);
    expect((await from('same-origin')).data!.logout).toEqual({ endedSessions: 1 });
  });

  test('cannot send it as a form or by a link, whatever the browser sends along', async () => {
    const cookie = `${NAME}=${browser.cookie(NAME)}`;
    const query = 'mutation { logout { endedSessions } }';
    await gateway.gql(query);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const body = JSON.stringify({ query });
      const sent = await gateway.http('/graphql', { method: 'POST', body, headers: { 'content-type': type, cookie } });
      expect(sent.status).toBeGreaterThanOrEqual(400);
    }
    const link = await gateway.http(`/graphql?query=${encodeURIComponent(query)}`, { headers: { cookie } });
    expect(link.status).toBeGreaterThanOrEqual(400);
    expect(await isOver(session)).toBe(false);
  });

  test('may use the cookie where it is a friend', async () => {
    const friend = gateway.browser('https://app.example.com');
    const its = await signInBy(friend);
    expect((await friend.gql(LOGOUT)).data!.logout).toEqual({ endedSessions: 1 });
    expect(await isOver(its)).toBe(true);
  });
});
