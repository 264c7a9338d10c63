import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { chromiumPath, launchChromium } from '../../support/chromium.js';
import { expectCode } from '../../support/client.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { testWith } from '../../support/not-run.js';
import { LOGIN, ME, newEmail, REGISTER, STRONG_PASSWORD, VERIFY_OTP } from '../../support/people.js';
import {
  CONFIRM_EMAIL_CHANGE,
  NEW_PASSWORD,
  REQUEST_EMAIL_CHANGE,
  REQUEST_PASSWORD_RESET,
} from '../../support/recovery.js';
import { awaitMail, type SmtpPeer, startSmtp } from '../../support/smtp.js';
import { pressByKeyboard, visit } from '../../support/visit.js';

/** Mail goes through a real SMTP server and is read from there; its links are opened in a browser without JavaScript. */
const inChromium = testWith(
  chromiumPath,
  'The pages behind mail links, in a browser',
  'no Chromium: set CHROMIUM_PATH',
);

let smtp: SmtpPeer;
let gateway: TestGateway;
let browser: Browser;
beforeAll(async () => {
  if (!chromiumPath) return;
  smtp = await startSmtp();
  gateway = await startGateway({ SMTP_URL: smtp.url, PUBLIC_URL: '', MAIL_FROM: 'Example <no-reply@example.com>' });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
  await smtp?.close();
});

async function mailed(to: string, subject: RegExp): Promise<{ text: string; link: string; code: string }> {
  const { message, recipients } = await awaitMail(smtp, to, subject);
  expect(recipients).toEqual([to]);
  const text = message.text ?? '';
  return { text, link: /^https?:\S+$/m.exec(text)?.[0] ?? '', code: /^ {4}(\d{7})$/m.exec(text)?.[1] ?? '' };
}

const login = (identifier: string, password: string) => gateway.gql(LOGIN, { input: { identifier, password } });

inChromium(
  'an address is confirmed by keyboard, and not by the scanner that opened the link before',
  async () => {
    const email = newEmail('verify');
    await gateway.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
    const { link } = await mailed(email, /^Confirm your e-mail address for Example$/);
    for (const method of ['GET', 'HEAD', 'GET']) await fetch(link, { method });
    const { page, leftNoTrace } = await visit(browser, link);
    expect(await page.title()).toBe('Confirm your e-mail address');
    await pressByKeyboard(page, 'Confirm');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Your e-mail address is confirmed');
    await leftNoTrace();
    expect((await login(email, STRONG_PASSWORD)).data?.login.__typename).toBe('SignedIn');
  },
  120_000,
);

inChromium(
  'a password is reset in German: the weak one is explained, the good one counts, old sessions are dead',
  async () => {
    const email = newEmail('reset');
    const input = { email, password: STRONG_PASSWORD, locale: 'de-AT' };
    const { register } = await gateway.ask(REGISTER, { input });
    const first = await mailed(email, /^Bestätigen Sie/);
    const { verifyOtp } = await gateway.ask(VERIFY_OTP, {
      input: { challengeToken: register.challengeToken, code: first.code },
    });

    await gateway.ask(
      REQUEST_PASSWORD_RESET,
      { input: { email } },
      { headers: { 'x-forwarded-host': 'evil.example', origin: 'https://evil.example' } },
    );
    const { link } = await mailed(email, /^Wählen Sie ein neues Passwort für Example$/);
    expect(new URL(link).origin).toBe(gateway.url.replace('127.0.0.1', 'localhost'));

    const { page, leftNoTrace } = await visit(browser, link);
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    const field = page.getByLabel('Neues Passwort', { exact: true });
    // The cursor is where one types.
    expect(await field.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    await page.keyboard.type('passwort1');
    await pressByKeyboard(page, 'Passwort speichern');

    expect(await page.title()).toBe('Das hat nicht geklappt – Neues Passwort wählen');
    expect(await page.getByRole('alert').innerText()).toMatch(/Das Passwort ist .*\n.*ohne Zusammenhang/s);
    expect(await field.getAttribute('aria-describedby')).toBe(await page.getByRole('alert').getAttribute('id'));
    expect(await field.inputValue()).toBe('');
    await field.fill(NEW_PASSWORD);
    await pressByKeyboard(page, 'Passwort speichern');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Ihr Passwort wurde geändert');
    await leftNoTrace();

    expectCode(await gateway.gql(ME, {}, { token: verifyOtp.accessToken }), 'TOKEN_REVOKED');
    expectCode(await login(email, STRONG_PASSWORD), 'INVALID_CREDENTIALS');
    expect((await login(email, NEW_PASSWORD)).errors).toEqual([]);
    expect((await mailed(email, /^Ihr Passwort für Example wurde geändert$/)).text).toContain('Das waren nicht Sie?');

    const again = await visit(browser, link);
    await again.page.getByLabel('Neues Passwort').fill('another one that is good enough');
    await pressByKeyboard(again.page, 'Passwort speichern');
    expect(await again.page.getByRole('alert').innerText()).toContain('abgelaufen oder wurde bereits verwendet');
    expect(await again.page.getByRole('button').count()).toBe(0);
    await again.leftNoTrace();
  },
  120_000,
);

inChromium(
  'a change of address made by a thief is undone from the old mailbox, up to the new password',
  async () => {
    const [email, thief] = [newEmail('owner'), newEmail('thief')];
    const { register } = await gateway.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
    const { code } = await mailed(email, /^Confirm/);
    const { verifyOtp } = await gateway.ask(VERIFY_OTP, { input: { challengeToken: register.challengeToken, code } });
    const token = verifyOtp.accessToken;
    const { requestEmailChange } = await gateway.ask(
      REQUEST_EMAIL_CHANGE,
      { input: { newEmail: thief, password: STRONG_PASSWORD } },
      { token },
    );
    await mailed(email, /^A new e-mail address for your account at Example\?$/);
    const sent = await mailed(thief, /^Confirm your new e-mail address/);
    await gateway.ask(
      CONFIRM_EMAIL_CHANGE,
      { input: { challengeToken: requestEmailChange.challengeToken, code: sent.code } },
      { token },
    );

    const notice = await mailed(email, /^The e-mail address of your account at Example was changed$/);
    const { page, leftNoTrace } = await visit(browser, notice.link);
    expect((await login(thief, STRONG_PASSWORD)).errors).toEqual([]);
    await pressByKeyboard(page, 'Undo the change');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(
      'Your account has its earlier e-mail address again',
    );
    await leftNoTrace();
    expectCode(await gateway.gql(ME, {}, { token }), 'TOKEN_REVOKED');
    expectCode(await login(thief, STRONG_PASSWORD), 'INVALID_CREDENTIALS');
    await mailed(thief, /^This is no longer the e-mail address/);

    const reset = await mailed(email, /^Choose a new password for Example$/);
    const second = await visit(browser, reset.link);
    await second.page.getByLabel('New password').fill(NEW_PASSWORD);
    await pressByKeyboard(second.page, 'Save the password');
    await second.leftNoTrace();
    expect((await login(email, NEW_PASSWORD)).data?.login.user.email).toBe(email);
  },
  120_000,
);

inChromium(
  'a link without its code asks for the code, and a cut one says so',
  async () => {
    const email = newEmail('typed');
    const { register } = await gateway.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
    const { code, link } = await mailed(email, /^Confirm/);
    const { origin } = new URL(link);
    const { page, leftNoTrace } = await visit(browser, `${origin}/verify?challenge=${register.challengeToken}`);
    await page.keyboard.type(`${code.slice(0, 3)}0000`);
    await pressByKeyboard(page, 'Confirm');
    expect(await page.getByRole('alert').innerText()).toContain('The code is wrong');
    await page.getByLabel('Code from the mail').fill(code);
    await pressByKeyboard(page, 'Confirm');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Your e-mail address is confirmed');
    await leftNoTrace();
    const cut = await visit(browser, `${origin}/reset-password?code=${code}`);
    expect(await cut.page.getByRole('heading', { level: 1 }).innerText()).toBe('This link is incomplete');
    await cut.leftNoTrace();
  },
  120_000,
);
