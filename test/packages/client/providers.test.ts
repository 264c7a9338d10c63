import { afterEach, beforeAll, expect, test } from '@jest/globals';
import {
  completeProviderSignIn,
  linkWithProvider,
  signInWithProvider,
} from '../../../packages/client/src/providers.js';
import type { Sallyport } from '../../../packages/client/src/sallyport.js';
import { openDevice } from '../../support/device.js';
import type { TestGateway } from '../../support/gateway.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { type Registered, registeredPerson } from '../../support/people.js';
import { newWalker, REDIRECT_URI, toApplication } from '../../support/provider-flow.js';
import { newAccount, startWithProvider } from '../../support/provider-gateway.js';

let gateway: TestGateway;
let provider: OpenIdProvider;
let ada: Registered;
beforeAll(async () => {
  ({ gateway, provider } = await startWithProvider());
  ada = await registeredPerson(gateway);
});

/** A page at the address, as the helpers see it. Each tab has a storage of its own. */
function tab(href = 'https://app.example.com/sign-in') {
  const stored = new Map<string, string>();
  const page = {
    left: '',
    location: { href, assign: (url: string) => void (page.left = url) },
    history: {
      state: { scroll: 7 },
      replaceState: (_: unknown, __: string, url: string) => void (page.location.href = url),
    },
    sessionStorage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
      removeItem: (key: string) => void stored.delete(key),
    },
  };
  Object.assign(globalThis, page);
  return page;
}
const names = ['location', 'history', 'sessionStorage'];
afterEach(() => names.forEach((name) => Reflect.deleteProperty(globalThis, name)));

/** The user goes to the provider and comes back; the page of the redirect URI loads, with a client of its own. */
async function comesBack(page: ReturnType<typeof tab>): Promise<Sallyport> {
  page.location.href = (await toApplication(newWalker(gateway), provider, page.left)).href;
  return device.open();
}
let device: ReturnType<typeof openDevice>;

test('a user signs in by an account at a provider, and comes back to where the sign-in began', async () => {
  device = openDevice(gateway);
  const [page, account] = [tab(), newAccount()];
  provider.account = account;
  await signInWithProvider(device.open(), { provider: 'acme', redirectUri: REDIRECT_URI, state: '/inbox' });
  const sallyport = await comesBack(page);
  // As React does in development: the second one finds nothing to do.
  const [first, second] = await Promise.all([completeProviderSignIn(sallyport), completeProviderSignIn(sallyport)]);
  expect(first).toMatchObject({ next: { step: 'signedIn', user: { email: account.email } }, state: '/inbox' });
  expect(second).toBeNull();
  expect(page.location.href).toBe(REDIRECT_URI);
  expect(sallyport.getState()).toMatchObject({ status: 'signedIn', user: { email: account.email } });
});

test('a signed-in user links an account, which is theirs after the page has loaded anew', async () => {
  device = openDevice(gateway);
  const [page, account] = [tab(), newAccount()];
  provider.account = account;
  const before = device.open();
  await before.login({ identifier: ada.email, password: ada.password });
  await linkWithProvider(before, { provider: 'acme', redirectUri: REDIRECT_URI });
  const sallyport = await comesBack(page);
  expect(await completeProviderSignIn(sallyport)).toMatchObject({ next: { step: 'signedIn', user: { id: ada.id } } });
  expect(await sallyport.identities()).toMatchObject([{ email: account.email, provider: { id: 'acme' } }]);
});

test('a user who cancels at the provider is distinguished', async () => {
  device = openDevice(gateway);
  const page = tab();
  await signInWithProvider(device.open(), { provider: 'acme', redirectUri: REDIRECT_URI });
  page.location.href = `${REDIRECT_URI}?error=access_denied&tab=2#top`;
  await expect(completeProviderSignIn(device.open())).rejects.toMatchObject({
    code: 'PROVIDER_FAILED',
    extensions: { error: 'access_denied' },
  });
  expect(page.location.href).toBe(`${REDIRECT_URI}?tab=2#top`);
});

test('a code that this tab has not requested is ignored: an attacker may have made the link', async () => {
  device = openDevice(gateway);
  const page = tab(`${REDIRECT_URI}?code=planted`);
  expect(await completeProviderSignIn(device.open())).toBeNull();
  expect(page.location.href).toBe(`${REDIRECT_URI}?code=planted`);
});
