import { rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Sallyport } from '../../packages/client/src/sallyport.js';
import { loadExample, standInFor } from '../support/example-module.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { packageFolder } from '../support/npm-package.js';
import { type Registered, registeredPerson } from '../support/people.js';

interface Example {
  sallyport: Sallyport;
  keepSession(): () => void;
}

const folder = packageFolder();
/** The phone: it outlives the app. */
const phone = { keys: new Map<string, string>(), listeners: new Set<(state: string) => void>() };
let gateway: TestGateway;
let ada: Registered;
let startApp: () => Promise<Example>;

beforeAll(async () => {
  gateway = await startGateway();
  ada = await registeredPerson(gateway);
  process.env.EXPO_PUBLIC_GATEWAY = gateway.url;
  Object.assign(globalThis, { phone });
  standInFor(
    folder,
    'expo-secure-store',
    `const { keys } = globalThis.phone;
    export const getItemAsync = async (key) => keys.get(key) ?? null;
    export const setItemAsync = async (key, value) => void keys.set(key, value);
    export const deleteItemAsync = async (key) => void keys.delete(key);`,
  );
  standInFor(
    folder,
    'react-native',
    `const { listeners } = globalThis.phone;
    export const AppState = {
      addEventListener: (_, listener) => (listeners.add(listener), { remove: () => listeners.delete(listener) }),
    };`,
  );
  ({ again: startApp } = await loadExample<Example>(folder, 'expo/sallyport.ts'));
});
beforeEach(() => phone.keys.clear());
afterAll(() => {
  delete process.env.EXPO_PUBLIC_GATEWAY;
  rmSync(folder, { recursive: true, force: true });
});

const known = ({ sallyport }: Example) =>
  new Promise<string>((resolve) => {
    const { status } = sallyport.getState();
    if (status !== 'unknown') resolve(status);
    sallyport.onChange((state) => resolve(state.status));
  });

test('examples/expo: the session survives a restart of the app by the key store, which a sign-out empties', async () => {
  const app = await startApp();
  const stop = app.keepSession();
  expect(await known(app)).toBe('signedOut');
  await app.sallyport.login({ identifier: ada.email, password: ada.password });
  const [first] = phone.keys.values();
  // The refresh token alone: no access token is written anywhere.
  expect(phone.keys.size).toBe(1);
  expect(first).not.toMatch(/^ey/);
  stop();
  expect(phone.listeners.size).toBe(0);

  const restarted = await startApp();
  restarted.keepSession();
  expect(await known(restarted)).toBe('signedIn');
  // Each is good once: the next one is stored.
  expect([...phone.keys.values()]).not.toEqual([first]);
  await restarted.sallyport.logout();
  expect(phone.keys.size).toBe(0);
});

test('examples/expo: an app that starts offline has its session when it comes to the foreground again', async () => {
  const app = await startApp();
  await app.sallyport.login({ identifier: ada.email, password: ada.password });
  const { fetch } = globalThis;
  globalThis.fetch = () => Promise.reject(new TypeError('Network request failed'));
  const offline = await startApp();
  offline.keepSession();
  await expect(offline.sallyport.getAccessToken()).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
  expect([offline.sallyport.getState().status, phone.keys.size]).toEqual(['unknown', 1]);
  globalThis.fetch = fetch;
  for (const listener of phone.listeners) listener('active');
  expect(await known(offline)).toBe('signedIn');
});
