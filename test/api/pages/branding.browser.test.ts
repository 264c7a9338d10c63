import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { chromiumPath, launchChromium, watch } from '../../support/chromium.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { testWith } from '../../support/not-run.js';
import { newEmail, REGISTER, STRONG_PASSWORD } from '../../support/people.js';

const inChromium = testWith(chromiumPath, 'Pages in the look of a service', 'no Chromium: set CHROMIUM_PATH');

const LOGO = 'https://cdn.example.com/logo.svg';
const PICTURE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="80"><rect width="160" height="80" fill="#c00"/></svg>';

let gateway: TestGateway;
let browser: Browser;
beforeAll(async () => {
  if (!chromiumPath) return;
  gateway = await startGateway({
    PUBLIC_URL: '',
    SERVICE_NAME: 'Acme',
    SERVICE_LOGO_URL: LOGO,
    SERVICE_COLOR: '#ffc400',
    SUPPORT_EMAIL: 'help@acme.example',
  });
  browser = await launchChromium();
});
afterAll(() => browser?.close());

inChromium(
  'a page shows the logo, whose server does not learn the address of the page, and its button can be read',
  async () => {
    const email = newEmail();
    await gateway.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
    const { link } = await gateway.mailbox.lastTo(email, 'verify-email');
    const context = await browser.newContext({ colorScheme: 'light' });
    const asked: Record<string, string>[] = [];
    await context.route(LOGO, (route, request) => {
      asked.push(request.headers());
      return route.fulfill({ contentType: 'image/svg+xml', body: PICTURE });
    });
    const page = await context.newPage();
    const { complaints } = watch(page, new URL(link!).origin);
    await page.goto(link!);

    const logo = page.getByRole('img', { name: 'Acme' });
    expect(await logo.boundingBox()).toMatchObject({ width: 80, height: 40 });
    expect(asked).toHaveLength(1);
    expect(asked[0]).not.toHaveProperty('referer');
    const button = page.getByRole('button');
    const paint = () =>
      button.evaluate((element) => {
        const { color, backgroundColor } = element.ownerDocument.defaultView!.getComputedStyle(element);
        return [color, backgroundColor];
      });
    expect(await paint()).toEqual(['rgb(0, 0, 0)', 'rgb(255, 196, 0)']);
    expect(await page.getByRole('link', { name: 'help@acme.example' }).getAttribute('href')).toBe(
      'mailto:help@acme.example',
    );
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await paint()).toEqual(['rgb(0, 0, 0)', 'rgb(255, 196, 0)']);
    expect(complaints).toEqual([]);
    await context.close();
  },
);
