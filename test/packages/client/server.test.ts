import { beforeAll, describe, expect, test } from '@jest/globals';
import type { ServerOptions } from '../../../packages/client/src/server.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { type Registered, registeredPerson } from '../../support/people.js';
import { ORIGIN, visitorOf } from '../../support/server-visitor.js';
import { type Guarded, guarded } from '../../support/trusted-device.js';

let gateway: TestGateway;
let ada: Registered;
beforeAll(async () => {
  gateway = await startGateway({ TRUST_PROXY: '127.0.0.1,::1', ACCESS_TOKEN_LIFETIME: '15m' });
  ada = await registeredPerson(gateway);
});

const visitor = (options?: Partial<ServerOptions>) => visitorOf(gateway, options);
type Visitor = ReturnType<typeof visitorOf>;

async function signedIn(browser: Visitor) {
  const visit = browser.open();
  const next = await visit.login({ identifier: ada.email, password: ada.password });
  return browser.keep(visit.commit(Response.json(next)));
}

test('a user signs in on the server of the application, and its browser gets no token that a script can read', async () => {
  const browser = visitor();
  const response = await signedIn(browser);
  expect(await response.json()).toMatchObject({ step: 'signedIn', user: { id: ada.id } });
  expect([...browser.jar.keys()].sort()).toEqual(['sallyport-access', 'sallyport-device', 'sallyport-refresh']);
  for (const line of response.headers.getSetCookie()) expect(line).toMatch(/; HttpOnly; SameSite=Lax$/);
  expect(response.headers.get('cache-control')).toBe('no-store');
});

test('over https the cookies belong to the host, and are sent over https alone', async () => {
  const visit = visitor({ origins: ['https://app.example.com'] }).send({ origin: 'https://app.example.com' });
  await visit.login({ identifier: ada.email, password: ada.password });
  expect(visit.setCookies()).toHaveLength(3);
  for (const line of visit.setCookies()) expect(line).toMatch(/^__Host-sallyport-\w+=.*; Path=\/;.*; Secure$/);
});

test('a page is rendered for the user without a word to the gateway, until the token is to be renewed', async () => {
  const browser = visitor();
  await signedIn(browser);
  browser.sent.length = 0;
  const visit = browser.get();
  expect(visit.getState()).toMatchObject({ status: 'signedIn', user: { id: ada.id, email: ada.email } });
  expect(await visit.getAccessToken()).toMatch(/^ey/);
  expect([browser.sent, visit.setCookies()]).toEqual([[], []]);

  browser.jar.delete('sallyport-access');
  const later = browser.get();
  expect((await later.ready()).status).toBe('signedIn');
  browser.keep(later.commit(new Response('page')));
  expect(browser.sent).toEqual(['Refresh']);
  expect((await browser.get().me())?.id).toBe(ada.id);
});

test('requests of one browser that come at once are signed in, each of them', async () => {
  const browser = visitor();
  await signedIn(browser);
  browser.jar.delete('sallyport-access');
  const visits = Array.from({ length: 5 }, () => browser.get());
  for (const { status } of await Promise.all(visits.map((visit) => visit.ready()))) expect(status).toBe('signedIn');
  visits.forEach((visit) => browser.keep(visit.commit(new Response('page'))));
  browser.jar.delete('sallyport-access');
  expect((await browser.get().ready()).status).toBe('signedIn');
});

test.each([
  ['of another site', { origin: 'https://evil.example' }],
  ['that names no page', {}],
])('a request %s that changes something is anonymous', async (_, headers) => {
  const browser = visitor();
  await signedIn(browser);
  const visit = browser.send(headers);
  expect(await visit.getAccessToken()).toBeNull();
  await visit.logout();
  browser.keep(visit.commit(new Response(null)));
  expect((await browser.get().me())?.id).toBe(ada.id);
  const bert = await registeredPerson(gateway);
  const attack = browser.send(headers);
  await attack.login({ identifier: bert.email, password: bert.password });
  browser.keep(attack.commit(new Response(null)));
  expect((await browser.get().me())?.id).toBe(ada.id);
});

test('a sign-out ends the session and deletes the cookies', async () => {
  const browser = visitor();
  await signedIn(browser);
  const visit = browser.open();
  const token = await visit.getAccessToken();
  await visit.logout();
  browser.keep(visit.commit(new Response(null, { status: 204 })));
  expect([...browser.jar.keys()]).toEqual(['sallyport-device']);
  const { errors } = await gateway.gql('{ me { id } }', {}, { token: token! });
  expect(errors[0]?.extensions.code).toBe('TOKEN_REVOKED');
});

test('the gateway gets the address and the name of the browser', async () => {
  const browser = visitor();
  await signedIn(browser);
  const [session] = await browser.open().sessions();
  expect(session).toMatchObject({ ipAddress: '203.0.113.7', device: expect.stringContaining('Firefox') });
});

test('the API of the application gets the token, and the browser’s name too', async () => {
  let heard = new Headers();
  const api: typeof fetch = async (input, init) => {
    if (input === `${gateway.url}/graphql`) return fetch(input, init);
    heard = new Headers(init?.headers);
    return new Response('orders');
  };
  const browser = visitor({ fetch: api });
  await signedIn(browser);
  await browser.get().fetch('https://api.example.com/orders', { headers: { accept: 'text/plain' } });
  expect(Object.fromEntries(heard)).toMatchObject({
    authorization: expect.stringMatching(/^Bearer ey/),
    accept: 'text/plain',
    'x-forwarded-for': '203.0.113.7',
    'user-agent': 'Firefox/140',
  });
});

describe('a browser in which the user has signed in', () => {
  const login = async (browser: Visitor, { email, password }: Guarded) => {
    const visit = browser.open();
    const next = await visit.login({ identifier: email, password });
    browser.keep(visit.commit(Response.json(next)));
    return next;
  };
  /** It has signed in with both factors, and is trusted. */
  async function trusted(person: Guarded, options?: Partial<ServerOptions>) {
    const browser = visitor(options);
    const next = await login(browser, person);
    if (next.step !== 'challenge') throw new Error('no second factor was asked for');
    const visit = browser.open();
    await visit.verifyOtp({ challengeToken: next.challengeToken, code: person.app.code(), trustDevice: true });
    await visit.logout();
    browser.keep(visit.commit(new Response(null)));
    return browser;
  }

  test('is trusted where its user wants it, and another is not', async () => {
    const person = await guarded(gateway);
    const browser = await trusted(person);
    expect((await login(browser, person)).step).toBe('signedIn');
    expect((await login(visitor(), person)).step).toBe('challenge');
  });

  test('is known to the gateway alone, and by our pages alone', async () => {
    const person = await guarded(gateway);
    const heard: (string | null)[] = [];
    const browser = await trusted(person, {
      fetch: (input, init) => {
        if (input === `${gateway.url}/graphql`) return fetch(input, init);
        heard.push(new Headers(init?.headers).get('cookie'));
        return Promise.resolve(new Response('orders'));
      },
    });
    await browser.open().fetch('https://api.example.com/orders');
    await browser.open().fetch(`${gateway.url}/orders`);
    expect(heard).toEqual([null, null]);
    const credentials = { identifier: person.email, password: person.password };
    const foreign = await browser.send({ origin: 'https://evil.example' }).login(credentials);
    expect(foreign.step).toBe('challenge');
  });

  test('cannot send the gateway another cookie by way of it', async () => {
    const person = await guarded(gateway);
    const sent: (string | null)[] = [];
    const browser = visitor({
      fetch: (input, init) => {
        sent.push(new Headers(init?.headers).get('cookie'));
        return fetch(input, init);
      },
    });
    for (const planted of ['sallyport-refresh=x', 'sallyport-device=x, sallyport-refresh=y', 'x'])
      await login(
        { ...browser, open: () => browser.send({ origin: ORIGIN, cookie: `sallyport-device=${planted}` }) },
        person,
      );
    expect(sent).toEqual([null, null, null]);
  });
});

test('cookies that are not ours are ignored', async () => {
  const browser = visitor();
  for (const name of ['sallyport-access', 'sallyport-refresh']) browser.jar.set(name, '%7Bnonsense');
  expect((await browser.open().ready()).status).toBe('signedOut');
});
