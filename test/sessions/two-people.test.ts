import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from '../support/browser.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, LOGOUT, ME, REFRESH, type Registered, registeredPerson } from '../support/people.js';

const NAME = 'sallyport-refresh';
const LOGOUT_ALL = 'mutation { logoutAll { endedSessions } }';
const END_SESSION = 'mutation ($input: EndSessionInput!) { endSession(input: $input) { endedSessions } }';
const DELETE_ACCOUNT = 'mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { purgeAfter } }';

let gateway: TestGateway;
let bert: Registered;
beforeAll(async () => {
  gateway = await startGateway();
  bert = await registeredPerson(gateway);
});

async function signInBy(browser: Browser, { email, password }: Registered) {
  const { data } = await browser.gql(LOGIN, { input: { identifier: email, password, tokenDelivery: 'COOKIE' } });
  return { accessToken: data!.login.accessToken as string, sessionId: data!.login.session.id as string };
}

/** Ada's page is still open, with her access token, when Bert signs in in the same browser. */
async function sharedBrowser() {
  const browser = gateway.browser();
  const ada = await registeredPerson(gateway);
  const hers = await signInBy(browser, ada);
  const his = await signInBy(browser, bert);
  return { browser, ada, hers, his, cookie: browser.cookie(NAME) };
}

const lives = async ({ sessionId }: { sessionId: string }) => {
  const [row] = await gateway.database.sql('select ended_at from sessions where id = $1', [sessionId]);
  return row!.ended_at === null;
};

/** Her access token: as it was given, expired, and revoked. */
const STATES: [string, (shared: Awaited<ReturnType<typeof sharedBrowser>>) => Promise<unknown>][] = [
  ['good', async () => {}],
  ['expired', async () => gateway.clock.advance(1_000_000)],
  ['revoked', ({ hers }) => gateway.ask(LOGOUT, {}, { token: hers.accessToken })],
];

describe.each(STATES)('with an access token of one that is %s, and the cookie of another', (state, prepare) => {
  test('refresh does not answer with the other’s account, uses nothing up and clears nothing', async () => {
    const shared = await sharedBrowser();
    await prepare(shared);
    const { browser, hers, his, cookie } = shared;
    for (let times = 0; times < 2; times += 1) {
      const answer = await browser.gql(REFRESH, {}, { token: hers.accessToken });
      expectCode(answer, 'REFRESH_TOKEN_INVALID');
      expect(answer.errors[0]!.message).toMatch(/two people/);
    }
    expect(browser.cookie(NAME)).toBe(cookie);
    expect(await lives(his)).toBe(true);
    const { data } = await browser.gql(REFRESH);
    expect(data!.refresh.user.id).toBe(bert.id);
  });

  test('logout ends her session at most, and his cookie stays', async () => {
    const shared = await sharedBrowser();
    await prepare(shared);
    const { browser, hers, his, cookie } = shared;
    const answer = await browser.gql(LOGOUT, {}, { token: hers.accessToken });
    if (state === 'good') expect(answer.data!.logout).toEqual({ endedSessions: 1 });
    else expectCode(answer, 'REFRESH_TOKEN_INVALID');
    expect([await lives(hers), await lives(his)]).toEqual([state === 'expired', true]);
    expect(browser.cookie(NAME)).toBe(cookie);
    expect((await browser.gql(REFRESH)).errors).toEqual([]);
  });
});

test.each([
  ['logoutAll', LOGOUT_ALL, () => undefined],
  ['endSession', END_SESSION, ({ hers }) => ({ sessionId: hers.sessionId })],
  ['deleteAccount', DELETE_ACCOUNT, ({ ada }) => ({ password: ada.password })],
] as [string, string, (shared: Awaited<ReturnType<typeof sharedBrowser>>) => object | undefined][])(
  '%s of one leaves the cookie of the other',
  async (_, query, inputOf) => {
    const shared = await sharedBrowser();
    const { browser, hers, his, cookie } = shared;
    const answer = await browser.gql(query, { input: inputOf(shared) }, { token: hers.accessToken });
    expect(answer.errors).toEqual([]);
    expect([await lives(hers), await lives(his)]).toEqual([false, true]);
    expect(browser.cookie(NAME)).toBe(cookie);
  },
);

test('a cookie of another whose session is over is cleared', async () => {
  const { browser, hers, his } = await sharedBrowser();
  await gateway.ask(LOGOUT, {}, { token: his.accessToken });
  expect((await browser.gql(LOGOUT, {}, { token: hers.accessToken })).errors).toEqual([]);
  expect(browser.cookie(NAME)).toBeUndefined();
});

test('a superseded token of another is theirs too: it is refused, and their session goes on', async () => {
  const { browser, hers, his, cookie } = await sharedBrowser();
  // The answer with the token that the browser holds next is lost, and another one is made later.
  await browser.gql(REFRESH);
  const superseded = browser.cookie(NAME);
  gateway.clock.advance(60_000);
  const { data } = await gateway.gql(REFRESH, { input: { refreshToken: cookie } });
  for (const [mutation, code] of [
    [REFRESH, 'REFRESH_TOKEN_INVALID'],
    [LOGOUT, null],
    [LOGOUT, 'REFRESH_TOKEN_INVALID'],
  ] as const) {
    const answer = await browser.gql(mutation, {}, { token: hers.accessToken });
    expect(answer.errors[0]?.extensions.code ?? null).toBe(code);
    expect(browser.cookie(NAME)).toBe(superseded);
    gateway.clock.advance(60_000);
  }
  expect([await lives(hers), await lives(his)]).toEqual([false, true]);
  const { errors } = await gateway.gql(REFRESH, { input: { refreshToken: data!.refresh.refreshToken } });
  expect(errors).toEqual([]);
});

test('a token that only claims to be of another person changes nothing', async () => {
  const { browser, hers } = await sharedBrowser();
  const [head, body] = hers.accessToken.split('.');
  for (const token of ['garbage', `${head}.${body}.${'A'.repeat(86)}`])
    expect((await browser.gql(REFRESH, {}, { token })).data!.refresh.user.id).toBe(bert.id);
});

test('two sessions of one person in one browser are no two people', async () => {
  const browser = gateway.browser();
  const first = await signInBy(browser, bert);
  const second = await signInBy(browser, bert);
  const { data } = await browser.gql(REFRESH, {}, { token: first.accessToken });
  expect(data!.refresh.session.id).toBe(second.sessionId);
  expect((await gateway.gql(ME, {}, { token: data!.refresh.accessToken })).data!.me.id).toBe(bert.id);
});
