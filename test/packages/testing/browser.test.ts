import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import {
  addVirtualAuthenticator,
  createTestClient,
  type TestClient,
  type TestUser,
} from '../../../packages/testing/src/test-client.js';
import { chromiumPath, launchChromium } from '../../support/chromium.js';
import { type ClientApp, serveClientApp } from '../../support/client-app.js';
import { startGateway } from '../../support/gateway.js';
import { testWith } from '../../support/not-run.js';

const inChromium = testWith(chromiumPath, 'The testing package, in a browser', 'no Chromium: set CHROMIUM_PATH');

let app: ClientApp;
let url: string;
let browser: Browser;
let client: TestClient;
let ada: TestUser;

beforeAll(async () => {
  if (!chromiumPath) return;
  app = await serveClientApp('localhost');
  const gateway = await startGateway({ CORS_ORIGINS: app.origin, TEST_ADDRESSES: '*@e2e.example.com=0424242' });
  url = gateway.url.replace('127.0.0.1', 'localhost');
  client = createTestClient({ url, code: '0424242' });
  browser = await launchChromium();
  ada = await client.signUp();
});
afterAll(async () => {
  await browser?.close();
  app?.close();
});

/** The application, opened. */
async function open(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(app.origin);
  await page.waitForFunction('globalThis.loaded');
  await page.evaluate(`start(${JSON.stringify(url)})`);
  return page;
}

const run = (page: Page, code: string): Promise<any> =>
  page.evaluate(`(async () => { ${code} })().catch(({ name, code }) => ({ thrown: name, code }))`);

inChromium('a browser with the cookies of a user opens the application signed in', async () => {
  const context = await browser.newContext();
  await context.addCookies(await client.signInCookies(ada));
  const page = await open(context);
  expect(await run(page, 'return sallyport.ready()')).toMatchObject({ status: 'signedIn', user: { id: ada.id } });
  await run(page, 'await sallyport.logout()');
  expect(await run(page, 'return sallyport.refresh()')).toEqual({ status: 'signedOut' });
  await context.close();
});

inChromium('a browser without them does not', async () => {
  const context = await browser.newContext();
  const page = await open(context);
  expect(await run(page, 'return sallyport.ready()')).toEqual({ status: 'signedOut' });
  await context.close();
});

inChromium('a page registers a passkey with a virtual authenticator, and another page signs in with it', async () => {
  const context = await browser.newContext();
  await context.addCookies(await client.signInCookies(ada));
  const first = await open(context);
  const laptop = await addVirtualAuthenticator(await context.newCDPSession(first));
  expect(await laptop.passkeys()).toEqual([]);
  expect((await run(first, 'await sallyport.ready(); return addPasskey(sallyport)')).factor.__typename).toBe('Passkey');
  const passkeys = await laptop.passkeys();
  expect(passkeys).toEqual([expect.objectContaining({ rpId: 'localhost', isResidentCredential: true })]);
  await context.close();

  const other = await browser.newContext();
  const page = await open(other);
  const authenticator = await addVirtualAuthenticator(await other.newCDPSession(page), { passkeys });
  const signIn = 'const { step, user } = await signInWithPasskey(sallyport); return { step, id: user?.id };';
  expect(await run(page, signIn)).toEqual({ step: 'signedIn', id: ada.id });

  await authenticator.setUserVerified(false);
  expect(await run(page, signIn)).toMatchObject({ thrown: 'NotAllowedError' });
  await authenticator.setUserVerified(true);
  await authenticator.setPresent(false);
  const cancelled = `const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    await signInWithPasskey(sallyport, { signal: controller.signal })`;
  expect(await run(page, cancelled)).toMatchObject({ thrown: 'AbortError' });
  await authenticator.remove();
  await expect(authenticator.passkeys()).rejects.toThrow();
  await other.close();
});
