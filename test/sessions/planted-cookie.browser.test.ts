import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { freePort } from '../../src/platform/free-port.js';
import { chromiumPath, launchChromium } from '../support/chromium.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { testWith } from '../support/not-run.js';
import { LOGIN, REFRESH, type Registered, registeredPerson, signIn } from '../support/people.js';

const inChromium = testWith(chromiumPath, 'Cookies of a sibling host, in a browser', 'no Chromium: set CHROMIUM_PATH');

// Browsers take any name under .localhost for this machine, and its http for as good as https.
const SITE = 'site.localhost';
let gateway: TestGateway;
let ours: string;
let sibling: Server;
let planted: string;
let ada: Registered;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  if (!chromiumPath) return;
  const port = await freePort('127.0.0.1');
  ours = `http://auth.${SITE}:${port}`;
  gateway = await startGateway({ PORT: `${port}`, PUBLIC_URL: 'https://auth.example.com', CORS_ORIGINS: ours });
  ada = await registeredPerson(gateway);
  const eve = await registeredPerson(gateway);
  planted = (await signIn(gateway, eve)).refreshToken;
  // Long after the upgrade, and not in the hour in which the former name is believed too.
  await gateway.database.sql(`update refresh_tokens set created_at = created_at + interval '1 day' where id = $1`, [
    planted.split('.')[0],
  ]);
  sibling = createServer((_, response) => {
    const attributes = `Domain=${SITE}; Path=/; Secure`;
    response.setHeader('set-cookie', [
      `__Host-sallyport-refresh=${planted}; ${attributes}`,
      `=__Host-sallyport-refresh=${planted}; ${attributes}`,
      `__host-sallyport-refresh=${planted}; ${attributes}`,
      `__Host-sallyport-device=planted; ${attributes}`,
      `__Secure-sallyport-refresh=${planted}; ${attributes}`,
    ]);
    response.end('planted');
  }).listen(0, '127.0.0.1');
  await once(sibling, 'listening');
  browser = await launchChromium();
  // Our pages let no script ask anything; here the page stands for an application.
  context = await browser.newContext({ bypassCSP: true });
  page = await context.newPage();
});
afterAll(async () => {
  await browser?.close();
  sibling?.close();
});

function gql(query: string, variables = {}): Promise<any> {
  return page.evaluate(
    async ({ body }) => {
      const headers = { 'content-type': 'application/json' };
      return (await fetch('/graphql', { method: 'POST', headers, body })).json();
    },
    { body: JSON.stringify({ query, variables }) },
  );
}

inChromium(
  'a browser lets no sibling host plant our cookies, and what it does let it plant changes nothing',
  async () => {
    await page.goto(`http://evil.${SITE}:${(sibling.address() as AddressInfo).port}/`);
    expect((await context.cookies()).map(({ name }) => name)).toEqual(['__Secure-sallyport-refresh']);
    await page.goto(`${ours}/`);
    expect((await gql(REFRESH)).errors[0].extensions.code).toBe('REFRESH_TOKEN_INVALID');

    const input = { identifier: ada.email, password: ada.password, tokenDelivery: 'COOKIE' };
    expect((await gql(LOGIN, { input })).data.login.user.id).toBe(ada.id);
    const kept = await context.cookies(`${ours}/graphql`);
    for (const name of ['__Host-sallyport-refresh', '__Host-sallyport-device'])
      expect(kept.filter((cookie) => cookie.name === name)).toMatchObject([
        { domain: `auth.${SITE}`, path: '/', httpOnly: true, secure: true, sameSite: 'Strict' },
      ]);
    expect((await gql(REFRESH)).data.refresh.user.id).toBe(ada.id);
  },
);
