import { beforeAll, expect, test } from '@jest/globals';
import type { Sallyport } from '../../../packages/client/src/sallyport.js';
import { type Device, openDevice, type Tab } from '../../support/device.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { ME, type Registered, registeredPerson } from '../../support/people.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let gateway: TestGateway;
let ada: Registered;
let bert: Registered;
beforeAll(async () => {
  gateway = await startGateway();
  [ada, bert] = await Promise.all([registeredPerson(gateway), registeredPerson(gateway)]);
});

const credentials = ({ email, password }: Registered) => ({ identifier: email, password });
const refreshes = ({ sent }: Device) => sent.filter((name) => name === 'Refresh').length;
const userOf = (tab: Sallyport) => {
  const state = tab.getState();
  return state.status === 'signedIn' ? state.user.id : state.status;
};

/** Resolves when the tab is in that state; the test times out if it never is. */
function comesTo(tab: Sallyport, wanted: string): Promise<void> {
  return new Promise((resolve) => {
    const end = tab.onChange(() => check());
    const check = () => {
      if (userOf(tab) !== wanted) return;
      end();
      resolve();
    };
    check();
  });
}

async function works(tab: Tab, { id }: Registered): Promise<void> {
  const token = await tab.getAccessToken();
  expect((await gateway.ask(ME, {}, { token: token! })).me.id).toBe(id);
}

/** A device on which Ada has signed in, with nothing open any more. */
async function deviceOf(person: Registered, options?: Parameters<typeof openDevice>[1]) {
  const device = openDevice(gateway, options);
  const tab = device.open();
  await tab.login(credentials(person));
  tab.isFrozen();
  device.sent.length = 0;
  return device;
}

test('a page that opens is signed in when the browser has a session, and knows when it has none', async () => {
  expect((await openDevice(gateway).open().ready()).status).toBe('signedOut');
  const device = await deviceOf(ada);
  expect(await device.open().ready()).toMatchObject({
    status: 'signedIn',
    user: { id: ada.id, email: ada.email },
    roles: ['user'],
  });
});

test.each([
  ['at once', 0],
  ['one after another', 40],
])('eight tabs that are restored %s make one refresh', async (_, apart) => {
  const device = await deviceOf(ada);
  device.delay = () => Math.random() * 30;
  const tabs: Tab[] = [];
  for (let index = 0; index < 8; index += 1) {
    tabs.push(device.open());
    await device.pass(apart);
  }
  await Promise.all(tabs.map((tab) => tab.ready()));
  expect(tabs.map(userOf)).toEqual(tabs.map(() => ada.id));
  expect(refreshes(device)).toBe(1);

  await device.pass(16 * MINUTE);
  await Promise.all(tabs.map((tab) => works(tab, ada)));
  expect(refreshes(device)).toBe(2);
});

test('without locks and channels eight tabs are signed in too, and stay so', async () => {
  const device = await deviceOf(ada, { hasLocks: false, hasChannels: false });
  const tabs = Array.from({ length: 8 }, () => device.open());
  for (let time = 0; time < 3; time += 1) {
    await Promise.all(tabs.map((tab) => works(tab, ada)));
    await device.pass(HOUR);
  }
});

test('a sign-in and a sign-out are seen in every tab', async () => {
  const device = openDevice(gateway);
  const [one, other] = [device.open(), device.open()] as const;
  await Promise.all([one.ready(), other.ready()]);
  await one.login(credentials(ada));
  await comesTo(other, ada.id);
  const token = await other.getAccessToken();
  await other.logout();
  await comesTo(one, 'signedOut');
  expect(await one.getAccessToken()).toBeNull();
  expect((await gateway.gql(ME, {}, { token: token! })).errors[0]?.extensions.code).toBe('TOKEN_REVOKED');
  // Again, in both.
  await Promise.all([one.logout(), other.logout()]);
  expect([userOf(one), userOf(other)]).toEqual(['signedOut', 'signedOut']);
});

test('a page that heard nothing of a sign-in finds it when it asks anew', async () => {
  const device = openDevice(gateway, { hasChannels: false });
  const [one, other] = [device.open(), device.open()] as const;
  await Promise.all([one.ready(), other.ready()]);
  await one.login(credentials(ada));
  expect([userOf(other), await other.getAccessToken()]).toEqual(['signedOut', null]);
  expect(await other.refresh()).toMatchObject({ status: 'signedIn', user: { id: ada.id } });
});

test('another person who signs in in another tab is seen, also by a tab that slept meanwhile', async () => {
  const device = await deviceOf(ada);
  const [one, sleeper, other] = [device.open(), device.open(), device.open()] as const;
  await Promise.all([one, sleeper, other].map((tab) => comesTo(tab, ada.id)));
  sleeper.isFrozen();
  await other.login(credentials(bert));
  await comesTo(one, bert.id);
  expect(userOf(sleeper)).toBe(ada.id);

  // Nobody is left to tell it.
  one.isFrozen();
  other.isFrozen();
  await device.pass(HOUR);
  const heard = sleeper.me();
  sleeper.isShown();
  // What Ada wanted is not done by Bert.
  await expect(heard).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
  expect(userOf(sleeper)).toBe(bert.id);
  await works(sleeper, bert);
});

test('the answer to a refresh is swallowed, ten minutes go by offline, and the user is signed in', async () => {
  const device = await deviceOf(ada);
  const tab = device.open();
  await tab.ready();
  await device.pass(16 * MINUTE);
  device.network = 'swallows answers';
  const lost = tab.getAccessToken();
  await device.pass(5000);
  await lost.catch(() => {});
  device.network = 'offline';
  await device.pass(10 * MINUTE);
  await expect(tab.getAccessToken()).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
  expect(userOf(tab)).toBe(ada.id);
  device.network = 'good';
  tab.isShown();
  await works(tab, ada);
});

test('a day with sleep and wakes loses nothing', async () => {
  const device = await deviceOf(ada);
  const tabs = [device.open(), device.open(), device.open()];
  await Promise.all(tabs.map((tab) => tab.ready()));
  for (let hour = 0; hour < 24; hour += 1) {
    const asleep = hour % 3 === 2;
    if (asleep) tabs.forEach((tab) => tab.isFrozen());
    await device.pass(HOUR);
    if (asleep) tabs.forEach((tab) => tab.isShown());
    await Promise.all(tabs.map((tab) => works(tab, ada)));
  }
  expect(tabs.map(userOf)).toEqual(tabs.map(() => ada.id));
  expect(refreshes(device)).toBe(25);
});

test('a page that is shown renews its token ahead of the expiry, and a hidden one does not', async () => {
  const device = await deviceOf(ada);
  const tab = device.open();
  await tab.ready();
  const first = await tab.getAccessToken();
  await device.pass(12.5 * MINUTE);
  // What wants a token meanwhile does not wait for the next one.
  expect(await tab.getAccessToken()).toBe(first);
  while ((await tab.getAccessToken()) === first) await device.pass(10);
  expect(refreshes(device)).toBe(2);
  const hidden = device.open();
  await comesTo(hidden, ada.id);
  await device.pass(1000);
  [tab, hidden].forEach((one) => one.isFrozen());
  await device.pass(HOUR);
  expect(refreshes(device)).toBe(2);
});

test('a lock that is never given back does not hang a tab', async () => {
  const device = await deviceOf(ada);
  device.freezeLock();
  const tab = device.open();
  const ready = tab.ready();
  await device.pass(5000);
  expect((await ready).status).toBe('signedIn');
  const out = tab.logout();
  await device.pass(5000);
  await out;
  expect(userOf(tab)).toBe('signedOut');
});

test('a session that ended elsewhere is over in every tab', async () => {
  const device = await deviceOf(ada);
  const tabs = [device.open(), device.open()] as const;
  await Promise.all(tabs.map((tab) => comesTo(tab, ada.id)));
  await gateway.database.sql('update sessions set ended_at = now() where user_id = $1', [ada.id]);
  await device.pass(HOUR);
  expect(await tabs[0].getAccessToken()).toBeNull();
  await comesTo(tabs[1], 'signedOut');
});
