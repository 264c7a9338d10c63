import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromiumPath, launchChromium } from '../../support/chromium.js';
import { type ClientApp, serveClientApp } from '../../support/client-app.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { testWith } from '../../support/not-run.js';
import { type Registered, registeredPerson } from '../../support/people.js';

const inChromium = testWith(chromiumPath, 'The client in tabs of a browser', 'no Chromium: set CHROMIUM_PATH');

/** By hand: CLIENT_ROUNDS=40 npm test -- test/packages/client/tabs.browser.test.ts */
const ROUNDS = Number(process.env.CLIENT_ROUNDS ?? 2);

let gateway: TestGateway;
let app: ClientApp;
let origin: string;
let ada: Registered;
let bert: Registered;
let browser: Browser;

beforeAll(async () => {
  if (!chromiumPath) return;
  app = await serveClientApp('127.0.0.1');
  ({ origin } = app);
  gateway = await startGateway({ CORS_ORIGINS: origin });
  [ada, bert] = await Promise.all([registeredPerson(gateway), registeredPerson(gateway)]);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  app?.close();
});

/** The client of the page, once its script has run. */
async function opened(context: BrowserContext, delay = 0): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${origin}/?delay=${delay}`);
  await page.waitForFunction('globalThis.loaded');
  return page;
}

async function signedIn(context: BrowserContext, { email, password }: Registered): Promise<Page> {
  const page = await opened(context);
  const input = JSON.stringify({ identifier: email, password });
  await page.evaluate(`void start(${JSON.stringify(gateway.url)})`);
  expect(await page.evaluate(`sallyport.login(${input}).then(({ step }) => step)`)).toBe('signedIn');
  return page;
}

const userOf = (page: Page) => page.evaluate('sallyport.ready().then(({ status, user }) => user?.id ?? status)');
const comesTo = (page: Page, user: string) =>
  page.waitForFunction(`(sallyport.getState().user?.id ?? sallyport.getState().status) === ${JSON.stringify(user)}`);

/** How many refreshes the pages of the browser send. */
function countRefreshes(context: BrowserContext): { count: number } {
  const seen = { count: 0 };
  context.on('request', (request) => {
    if (request.postData()?.includes('mutation Refresh')) seen.count += 1;
  });
  return seen;
}

inChromium.each([1, 2, 5, 8])(
  '%s tabs that are restored at once make one refresh, and are signed in',
  async (tabs) => {
    const context = await browser.newContext();
    const seen = countRefreshes(context);
    await (await signedIn(context, ada)).close();
    const lost: unknown[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      seen.count = 0;
      const pages = await Promise.all(Array.from({ length: tabs }, () => opened(context, Math.random() * 150)));
      const users = await Promise.all(pages.map(userOf));
      lost.push(...users.filter((user) => user !== ada.id));
      expect(seen.count).toBe(1);
      await Promise.all(pages.map((page) => page.close()));
    }
    expect(lost).toEqual([]);
    await context.close();
  },
  600_000,
);

inChromium('a sign-out, and a sign-in of another person, are seen in the other tab', async () => {
  const context = await browser.newContext();
  const one = await signedIn(context, ada);
  const other = await opened(context);
  await comesTo(other, ada.id);
  await other.evaluate('sallyport.logout()');
  await comesTo(one, 'signedOut');
  const input = JSON.stringify({ identifier: bert.email, password: bert.password });
  await one.evaluate(`sallyport.login(${input})`);
  await comesTo(other, bert.id);
  await other.reload();
  expect(await userOf(other)).toBe(bert.id);
  await context.close();
});

inChromium('a page that was left and is come back to is signed in', async () => {
  const context = await browser.newContext();
  const page = await signedIn(context, ada);
  const seen = countRefreshes(context);
  await page.goto('about:blank');
  await page.goBack();
  await page.waitForFunction('globalThis.sallyport');
  expect(await userOf(page)).toBe(ada.id);
  expect(seen.count).toBeLessThanOrEqual(1);
  await context.close();
});

inChromium('a tab that is frozen with the lock does not hang another', async () => {
  const context = await browser.newContext();
  const frozen = await signedIn(context, ada);
  const name = JSON.stringify(`sallyport:${gateway.url}/graphql`);
  await frozen.evaluate(`new Promise((held) => {
    navigator.locks.request(${name}, () => { held(); return new Promise(() => {}); });
  })`);
  const page = await opened(context);
  expect(await userOf(page)).toBe(ada.id);
  expect(await page.evaluate('sallyport.refresh().then(({ status }) => status)')).toBe('signedIn');
  await context.close();
});

inChromium('a page that goes offline keeps its session, and has it when the network is back', async () => {
  const context = await browser.newContext();
  const page = await signedIn(context, ada);
  await context.setOffline(true);
  expect(await page.evaluate('sallyport.refresh().catch(({ code }) => code)')).toBe('NETWORK_ERROR');
  await comesTo(page, ada.id);
  await context.setOffline(false);
  expect(await page.evaluate('sallyport.refresh().then(({ status }) => status)')).toBe('signedIn');
  await context.close();
});
