import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { CREATE_USER, signInRefusal } from '../../support/administration.js';
import { chromiumPath, launchChromium } from '../../support/chromium.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { testWith } from '../../support/not-run.js';
import { admin, newEmail } from '../../support/people.js';
import { NEW_PASSWORD } from '../../support/recovery.js';
import { pressByKeyboard, visit } from '../../support/visit.js';

const inChromium = testWith(chromiumPath, 'The page of an invitation, in a browser', 'no Chromium: set CHROMIUM_PATH');

const APP_URL = 'https://app.example.com/sign-in';

let gateway: TestGateway;
let browser: Browser;
beforeAll(async () => {
  if (!chromiumPath) return;
  gateway = await startGateway({
    PUBLIC_URL: '',
    MAIL_FROM: 'Example <no-reply@example.com>',
    APP_URL,
  });
  browser = await launchChromium();
});
afterAll(() => browser?.close());

async function invited(locale: string): Promise<{ email: string; link: string }> {
  const email = newEmail('invited');
  const { accessToken } = await admin(gateway);
  await gateway.ask(CREATE_USER, { input: { email, locale } }, { token: accessToken });
  const { link } = await gateway.mailbox.lastTo(email, 'invitation');
  return { email, link: link! };
}

inChromium(
  'an invitation is accepted in its own words, leads on to the application, and no second time',
  async () => {
    const { email, link } = await invited('en');
    const { page, leftNoTrace } = await visit(browser, link);
    expect(await page.title()).toBe('Choose a password for your account');
    const field = page.getByLabel('Password', { exact: true });
    expect(await page.getByLabel('E-mail address').inputValue()).toBe(email);
    // The cursor is where one types.
    expect(await field.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    await page.keyboard.type('password1');
    await pressByKeyboard(page, 'Save the password');
    expect(await page.getByRole('alert').innerText()).toContain('The password is');
    await field.fill(NEW_PASSWORD);
    await pressByKeyboard(page, 'Save the password');

    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Your account is ready');
    expect(await page.locator('main').innerText()).not.toMatch(/signed out|changed|reset|close this page/i);
    const way = page.getByRole('link', { name: 'Continue to Example' });
    expect(await way.getAttribute('href')).toBe(APP_URL);
    await leftNoTrace();
    expect(await signInRefusal(gateway, { email, password: NEW_PASSWORD })).toBeUndefined();

    const again = await visit(browser, link);
    await again.page.getByLabel('Password').fill('another one that is good enough');
    await pressByKeyboard(again.page, 'Save the password');
    expect(await again.page.getByRole('alert').innerText()).toContain(
      'This invitation has expired or was already used.',
    );
    expect(await again.page.getByRole('button').count()).toBe(0);
    expect(await again.page.getByRole('link', { name: 'Continue to Example' }).count()).toBe(1);
    await again.leftNoTrace();
  },
  120_000,
);

inChromium(
  'an invitation is accepted in German, and the application that follows is not told where its visitor comes from',
  async () => {
    const { link } = await invited('de-AT');
    const { page, context } = await visit(browser, link);
    expect(await page.title()).toBe('Wählen Sie ein Passwort für Ihr Konto');
    await page.getByLabel('Passwort', { exact: true }).fill(NEW_PASSWORD);
    await pressByKeyboard(page, 'Passwort speichern');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Ihr Konto ist bereit');

    const referrers: (string | undefined)[] = [];
    await context.route(APP_URL, (route, request) => {
      referrers.push(request.headers().referer);
      return route.fulfill({ contentType: 'text/html', body: '<title>The application</title>' });
    });
    await page.getByRole('link', { name: 'Weiter zu Example' }).click();
    await page.waitForURL(APP_URL);
    expect(await page.title()).toBe('The application');
    expect(referrers).toEqual([undefined]);
    await context.close();
  },
  120_000,
);
