import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Answer } from '../support/client.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, LOGOUT, ME, REFRESH, type Registered, registeredPerson, signIn } from '../support/people.js';

const PUBLIC_URL = 'https://auth.example.com';
const REFRESH_COOKIE = '__Host-sallyport-refresh';
const DEVICE_COOKIE = '__Host-sallyport-device';
const FORMER_REFRESH = '__Secure-sallyport-refresh';
const FORMER_DEVICE = '__Secure-sallyport-device';
const DAY = 86_400_000;

let gateway: TestGateway;
let ada: Registered;
let eve: Registered;
beforeAll(async () => {
  gateway = await startGateway({ PUBLIC_URL });
  ada = await registeredPerson(gateway);
  eve = await registeredPerson(gateway);
});

/** From a page of ours, with the header Cookie as it is written. */
const send = (query: string, cookie: string, token?: string, variables = {}): Promise<Answer<any>> =>
  gateway.gql(query, variables, { cookie, token, headers: { origin: PUBLIC_URL } });

const cleared = (name: string, path: string) =>
  `${name}=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=${path}; HttpOnly; SameSite=Strict; Secure`;

const isUsed = async (refreshToken: string) => {
  const [row] = await gateway.database.sql('select used_at from refresh_tokens where id = $1', [
    refreshToken.split('.')[0],
  ]);
  return row!.used_at !== null;
};

/** As if the process of the previous version had given it, before the upgrade. */
const ageOf = (refreshToken: string, age: string) =>
  gateway.database.sql(
    `update refresh_tokens set created_at = (select executed_at from mikro_orm_migrations where name like '%host-cookies') + $2::interval where id = $1`,
    [refreshToken.split('.')[0], age],
  );

describe('the names of the cookies', () => {
  test('keep sibling hosts from planting one (__Host-), which asks for the path / and no Domain', async () => {
    const input = { identifier: ada.email, password: ada.password, tokenDelivery: 'COOKIE' };
    const { headers } = await gateway.gql(LOGIN, { input });
    const names = new Set(headers.getSetCookie().map((line) => line.split('=')[0]));
    expect(names).toEqual(new Set([DEVICE_COOKIE, REFRESH_COOKIE]));
    for (const line of headers.getSetCookie()) {
      expect(line.split('; ')).toEqual(expect.arrayContaining(['Path=/', 'Secure', 'HttpOnly', 'SameSite=Strict']));
      expect(line).not.toMatch(/domain/i);
    }
  });

  test('are read as they are written: browsers plant what only looks like them', async () => {
    const { refreshToken } = await signIn(gateway, eve);
    for (const name of ['__HOST-sallyport-refresh', '\u2000__Host-sallyport-refresh', 'x__Host-sallyport-refresh']) {
      const cookie = Buffer.from(`${name}=${refreshToken}`).toString('latin1');
      expectCode(await send(REFRESH, cookie), 'REFRESH_TOKEN_INVALID');
    }
    expect(await isUsed(refreshToken)).toBe(false);
  });
});

describe('of two refresh cookies with different values', () => {
  test.each([REFRESH_COOKIE, FORMER_REFRESH])('none is believed, used or cleared: %s', async (name) => {
    const [own, planted] = [await signIn(gateway, ada), await signIn(gateway, eve)];
    for (const { refreshToken } of [own, planted]) await ageOf(refreshToken, '-1 day');
    const both = [own, planted].map(({ refreshToken }) => `${name}=${refreshToken}`);
    for (const cookie of [both.join('; '), both.toReversed().join('; ')]) {
      for (const token of [undefined, own.accessToken, planted.accessToken]) {
        const answer = await send(REFRESH, cookie, token);
        expectCode(answer, 'REFRESH_TOKEN_INVALID');
        expect(answer.errors[0]!.message).toMatch(/Several refresh cookies/);
        expect(answer.headers.getSetCookie()).toEqual([]);
      }
      expectCode(await send(LOGOUT, cookie), 'REFRESH_TOKEN_INVALID');
    }
    for (const { refreshToken, accessToken } of [own, planted]) {
      expect(await isUsed(refreshToken)).toBe(false);
      expect((await gateway.gql(ME, {}, { token: accessToken })).errors).toEqual([]);
    }
  });

  test('none is cleared by a sign-out: the planted one would be left alone, and be believed', async () => {
    const [own, planted] = [await signIn(gateway, ada), await signIn(gateway, eve)];
    const cookie = `${REFRESH_COOKIE}=${planted.refreshToken}; ${REFRESH_COOKIE}=${own.refreshToken}`;
    const answer = await send(LOGOUT, cookie, own.accessToken);
    expect(answer.data.logout).toEqual({ endedSessions: 1 });
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test('but the same value twice, or beside an empty one, is one value', async () => {
    const { refreshToken } = await signIn(gateway, ada);
    const pair = `${REFRESH_COOKIE}=${refreshToken}`;
    expect((await send(REFRESH, `${pair}; ${REFRESH_COOKIE}=; ${pair}`)).errors).toEqual([]);
  });
});

describe('of two device cookies with different values', () => {
  test('none is believed, and none replaced by a sign-in', async () => {
    const deviceOf = async (person: Registered) => {
      const browser = gateway.browser();
      await browser.gql(LOGIN, { input: { identifier: person.email, password: person.password } });
      return `${DEVICE_COOKIE}=${browser.cookie(DEVICE_COOKIE)}`;
    };
    const cookie = [await deviceOf(eve), await deviceOf(ada)].join('; ');
    const input = { identifier: ada.email, password: ada.password };
    expect((await send(LOGIN, cookie, undefined, { input })).headers.getSetCookie()).toEqual([]);
  });
});

describe('a refresh cookie under the name of before the upgrade', () => {
  test('goes on working where its token is from then, and becomes one of the new name', async () => {
    const { refreshToken } = await signIn(gateway, ada);
    await ageOf(refreshToken, '-1 day');
    const answer = await send(REFRESH, `${FORMER_REFRESH}=${refreshToken}`);
    expect(answer.data.refresh.user.id).toBe(ada.id);
    const [set, gone, ...rest] = answer.headers.getSetCookie();
    expect(set).toMatch(/^__Host-sallyport-refresh=[\w-]+\.[\w-]+; .*Path=\/;/);
    expect(gone).toBe(cleared(FORMER_REFRESH, '/graphql'));
    expect(rest).toEqual([]);
  });

  test('ends its session at logout, and is cleared', async () => {
    const { refreshToken, accessToken } = await signIn(gateway, ada);
    await ageOf(refreshToken, '-1 day');
    const answer = await send(LOGOUT, `${FORMER_REFRESH}=${refreshToken}`);
    expect(answer.data.logout).toEqual({ endedSessions: 1 });
    expect(answer.headers.getSetCookie()).toContain(cleared(FORMER_REFRESH, '/graphql'));
    expectCode(await gateway.gql(ME, {}, { token: accessToken }), 'TOKEN_REVOKED');
  });

  test('given by the previous version while the new one was deployed, is believed too', async () => {
    const { refreshToken } = await signIn(gateway, ada);
    await ageOf(refreshToken, '59 minutes');
    expect((await send(REFRESH, `${FORMER_REFRESH}=${refreshToken}`)).errors).toEqual([]);
  });

  test('is refused once all cookies of that name have expired, however its token was kept alive', async () => {
    const later = await startGateway({ PUBLIC_URL, SESSION_IDLE_LIFETIME: '30d', SESSION_ABSOLUTE_LIFETIME: '90d' });
    const attacker = await registeredPerson(later);
    const { refreshToken } = await signIn(later, attacker);
    await later.database.sql(`update refresh_tokens set created_at = created_at - interval '1 day' where id = $1`, [
      refreshToken.split('.')[0],
    ]);
    // The token is asked with now and then, and its child never used.
    later.clock.advance(25 * DAY);
    expect((await later.gql(REFRESH, { input: { refreshToken } })).errors).toEqual([]);
    const plant = () =>
      later.gql(REFRESH, {}, { cookie: `${FORMER_REFRESH}=${refreshToken}`, headers: { origin: PUBLIC_URL } });
    later.clock.advance(4 * DAY);
    expect((await plant()).errors).toEqual([]);
    later.clock.advance(2 * DAY);
    const answer = await plant();
    expectCode(answer, 'REFRESH_TOKEN_INVALID');
    expect(answer.errors[0]!.message).toMatch(/no longer used/);
    expect((await later.gql(REFRESH, { input: { refreshToken } })).errors).toEqual([]);
  });

  test('is refused where its token was issued since: a sibling host has planted it', async () => {
    const { refreshToken, accessToken } = await signIn(gateway, eve);
    await ageOf(refreshToken, '61 minutes');
    for (const query of [REFRESH, LOGOUT]) {
      const answer = await send(query, `${FORMER_REFRESH}=${refreshToken}`);
      expectCode(answer, 'REFRESH_TOKEN_INVALID');
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    expect(await isUsed(refreshToken)).toBe(false);
    expect((await gateway.gql(ME, {}, { token: accessToken })).errors).toEqual([]);
  });

  test('is not looked at beside one of the new name, whatever is in it', async () => {
    const [own, planted] = [await signIn(gateway, ada), await signIn(gateway, eve)];
    await ageOf(planted.refreshToken, '-1 day');
    for (const former of [planted.refreshToken, 'garbage']) {
      const browser = gateway.browser();
      await browser.gql(LOGIN, { input: { identifier: ada.email, password: ada.password, tokenDelivery: 'COOKIE' } });
      const cookie = `${FORMER_REFRESH}=${former}; ${REFRESH_COOKIE}=${browser.cookie(REFRESH_COOKIE)}`;
      const answer = await send(REFRESH, cookie, own.accessToken);
      expect(answer.data.refresh.user.id).toBe(ada.id);
      expect(answer.headers.getSetCookie()).toContain(cleared(FORMER_REFRESH, '/graphql'));
    }
    expect(await isUsed(planted.refreshToken)).toBe(false);
  });

  test('of a device is believed: it opens nothing, and becomes one of the new name', async () => {
    const browser = gateway.browser();
    const input = { identifier: ada.email, password: ada.password };
    await browser.gql(LOGIN, { input });
    const device = browser.cookie(DEVICE_COOKIE)!;
    const { headers } = await send(LOGIN, `${FORMER_DEVICE}=${device}`, undefined, { input });
    const [set, gone] = headers.getSetCookie();
    expect(set).toContain(`${DEVICE_COOKIE}=${device};`);
    expect(gone).toBe(cleared(FORMER_DEVICE, '/graphql'));
  });
});

test('where PUBLIC_URL has a path the cookie keeps to it, and other values of its name make it disputed', async () => {
  const below = await startGateway({ PUBLIC_URL: `${PUBLIC_URL}/id` });
  const grace = await registeredPerson(below);
  const browser = below.browser(PUBLIC_URL);
  await browser.gql(LOGIN, { input: { identifier: grace.email, password: grace.password, tokenDelivery: 'COOKIE' } });
  expect(browser.received.join('\n')).toMatch(/^__Secure-sallyport-refresh=.*; Path=\/id\/graphql;/m);
  const own = /__Secure-sallyport-refresh=[^;]+/.exec(browser.received.join('\n'))![0];
  const answer = (cookie: string) => below.gql(REFRESH, {}, { cookie, headers: { origin: PUBLIC_URL } });
  expectCode(await answer(`${own}; ${FORMER_REFRESH}=planted`), 'REFRESH_TOKEN_INVALID');
  expect((await answer(own)).errors).toEqual([]);
});
