import { beforeAll, describe, expect, test } from '@jest/globals';
import { apolloHttp } from '../../../packages/client/src/apollo.js';
import { createImpersonation } from '../../../packages/client/src/impersonation.js';
import type { SessionState } from '../../../packages/client/src/sallyport.js';
import { type Device, openDevice, type Tab } from '../../support/device.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { impersonated } from '../../support/impersonation.js';
import {
  admin,
  ME,
  type Registered,
  registeredPerson,
  type SignedInPerson,
  signedInPerson,
  signIn,
} from '../../support/people.js';

const MINUTE = 60_000;
let gateway: TestGateway;
let boss: SignedInPerson;
let ada: Registered;
beforeAll(async () => {
  gateway = await startGateway();
  [boss, ada] = [await admin(gateway), await registeredPerson(gateway)];
});

/** The page of an administrator, and in it the client that acts as the user. */
async function page(userId = ada.id): Promise<{ device: Device; own: Tab; theirs: Tab; token: string }> {
  const device = openDevice(gateway);
  const own = device.open();
  await own.login({ identifier: boss.email, password: boss.password });
  const token = await impersonated(gateway, { accessToken: (await own.getAccessToken())! }, userId);
  const theirs = device.impersonate(token);
  await theirs.ready();
  device.sent.length = 0;
  return { device, own, theirs, token };
}

/** By an administrator who has just signed in. */
const tokenOf = async (userId: string) => impersonated(gateway, await signIn(gateway, boss), userId);
const userOf = (tab: Tab) => {
  const state = tab.getState();
  return state.status === 'signedIn' ? state.user.id : state.status;
};
const heard = (tab: Tab) => {
  const states: SessionState[] = [];
  tab.onChange((state) => states.push(state));
  return states;
};

describe('a client of createImpersonation', () => {
  test('is the user, and says which administrator it is', async () => {
    const { own, theirs, token } = await page();
    expect(theirs.getState()).toEqual({
      status: 'signedIn',
      user: expect.objectContaining({ id: ada.id, email: ada.email }),
      sessionId: expect.any(String),
      roles: ['user'],
      permissions: [],
      impersonator: { id: boss.id, displayName: null, username: expect.any(String) },
    });
    expect(own.getState()).not.toHaveProperty('impersonator');
    expect(await theirs.getAccessToken()).toBe(token);
    expect(await theirs.me()).toMatchObject({ id: ada.id });
    const states = heard(theirs);
    await theirs.updateProfile({ displayName: 'Ada' });
    expect(states).toMatchObject([{ user: { displayName: 'Ada' }, impersonator: { id: boss.id } }]);
  });

  test('is never renewed: it ends with its token, and says so, while the administrator goes on', async () => {
    const { device, own, theirs } = await page();
    const states = heard(theirs);
    await device.pass(14 * MINUTE);
    expect(await theirs.getAccessToken()).not.toBeNull();
    expect(states).toEqual([]);
    await device.pass(MINUTE);
    expect(states).toEqual([{ status: 'signedOut' }]);
    expect(await theirs.getAccessToken()).toBeNull();
    expect(await theirs.refresh()).toEqual({ status: 'signedOut' });
    expect((await gateway.ask(ME, {}, { token: (await own.getAccessToken())! })).me.id).toBe(boss.id);
    expect(userOf(own)).toBe(boss.id);
    // Those of the administrator.
    expect(device.sent.filter((name) => name !== 'Refresh')).toEqual([]);
  });

  test('ends with logout, and no cookie, no other tab and no session of the administrator does', async () => {
    const { device, own, theirs, token } = await page();
    const other = device.open();
    await other.ready();
    const [ofOwn, ofOther] = [heard(own), heard(other)];
    await theirs.logout();
    expect(userOf(theirs)).toBe('signedOut');
    await theirs.logout();
    expect(device.sent.filter((name) => name === 'Logout')).toHaveLength(1);
    expect((await gateway.gql(ME, {}, { token })).errors[0]!.extensions.code).toBe('TOKEN_REVOKED');
    // A page that opens has nothing but the cookie.
    expect(await device.open().ready()).toMatchObject({ status: 'signedIn', user: { id: boss.id } });
    expect(await own.sessions()).toEqual(expect.arrayContaining([expect.objectContaining({ current: true })]));
    expect([...ofOwn, ...ofOther]).toEqual([]);
  });

  test('learns that it was ended elsewhere when a request is refused', async () => {
    const user = await signedInPerson(gateway);
    const { theirs } = await page(user.id);
    const states = heard(theirs);
    await gateway.ask('mutation { logoutAll { endedSessions } }', {}, { token: user.accessToken });
    await expect(theirs.updateProfile({ displayName: 'x' })).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
    expect(states).toEqual([{ status: 'signedOut' }]);
  });

  test('asks the gateway whether its token is still valid when it is told to refresh', async () => {
    const user = await signedInPerson(gateway);
    const { device, theirs } = await page(user.id);
    expect(await theirs.refresh()).toMatchObject({ status: 'signedIn', user: { id: user.id } });
    await gateway.ask('mutation { logoutAll { endedSessions } }', {}, { token: user.accessToken });
    expect(await theirs.refresh()).toEqual({ status: 'signedOut' });
    expect(device.sent).toEqual([]);
  });

  test('signs no one in: nothing is sent that could give other tokens', async () => {
    const { device, theirs } = await page();
    const credentials = { identifier: ada.email, password: ada.password };
    await expect(theirs.login(credentials)).rejects.toMatchObject({ code: 'NOT_WHILE_IMPERSONATING' });
    await expect(theirs.reauthenticate({ challengeToken: 'x', password: 'x' })).rejects.toMatchObject({
      code: 'NOT_WHILE_IMPERSONATING',
    });
    await expect(theirs.changePassword({ newPassword: 'x' })).rejects.toMatchObject({
      code: 'NOT_WHILE_IMPERSONATING',
    });
    expect(device.sent).toEqual(['ChangePassword']);
    expect(userOf(theirs)).toBe(ada.id);
  });

  test('does not know its user yet while the gateway is out of reach', async () => {
    const device = openDevice(gateway);
    device.network = 'offline';
    const theirs = device.impersonate(await tokenOf(ada.id));
    await expect(theirs.ready()).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
    expect(userOf(theirs)).toBe('unknown');
    device.network = 'good';
    const known = new Promise((resolve) => void theirs.onChange(resolve));
    theirs.isShown();
    expect(await known).toMatchObject({ status: 'signedIn', user: { id: ada.id } });
  });

  test.each([
    ['is not sent to an API again', 'live', 'signedIn'],
    ['has ended where an API says first that it was revoked', 'ended', 'signedOut'],
  ])('%s', async (_, standing, status) => {
    const token = await tokenOf(ada.id);
    const sent: (string | null)[] = [];
    const theirs = createImpersonation(
      { url: gateway.url, accessToken: token },
      {
        fetch: async (input, init) => {
          const request = new Request(input, init);
          if (request.url.startsWith(gateway.url)) return fetch(request);
          sent.push(request.headers.get('authorization'));
          return new Response(null, { status: 401 });
        },
        now: () => gateway.clock.now().getTime(),
      },
    );
    await theirs.ready();
    if (standing === 'ended') await gateway.ask('mutation { logout { endedSessions } }', {}, { token });
    expect((await theirs.fetch('https://api.example.com/orders')).status).toBe(401);
    expect(sent).toEqual([`Bearer ${token}`]);
    expect(theirs.getState().status).toBe(status);
  });

  test('sends no cookie of the administrator, by whichever client of GraphQL, and when it has ended either', async () => {
    const { device, own, theirs } = await page();
    const apollo = apolloHttp(theirs);
    const codeOf = async (query: string) => {
      // In a page of the gateway's own origin a browser sends cookies unless it is told not to.
      const answer = await apollo.fetch(apollo.uri, { method: 'POST', body: JSON.stringify({ query }) });
      const { errors } = (await answer.json()) as { errors?: { extensions: { code: string } }[] };
      return errors?.[0]?.extensions.code;
    };
    await theirs.logout();
    expect(await codeOf('mutation Refresh { refresh { accessToken } }')).toBe('REFRESH_TOKEN_INVALID');
    expect(await codeOf('mutation Logout { logout { endedSessions } }')).toBe('UNAUTHENTICATED');
    expect(await device.open().ready()).toMatchObject({ status: 'signedIn', user: { id: boss.id } });
    expect(await own.sessions()).toEqual(expect.arrayContaining([expect.objectContaining({ current: true })]));
  });

  test('takes a token of impersonateUser alone', async () => {
    const { accessToken } = await signedInPerson(gateway);
    expect(() => createImpersonation({ url: gateway.url, accessToken })).toThrow(TypeError);
  });
});
