import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { freePort } from '../../src/platform/free-port.js';
import { chromiumPath, launchChromium, watch } from '../support/chromium.js';
import { STEP, totp } from '../support/factors.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { testWith } from '../support/not-run.js';
import { newEmail, STRONG_PASSWORD } from '../support/people.js';
import { root } from '../support/source-tree.js';

const inChromium = testWith(chromiumPath, 'The examples in a browser', 'no Chromium: set CHROMIUM_PATH');

const EXAMPLES = ['vanilla', 'react-apollo', 'react-urql'] as const;

let gateway: TestGateway;
let browser: Browser;
const servers: ChildProcess[] = [];
const origins = new Map<string, string>();

beforeAll(async () => {
  if (!chromiumPath) return;
  for (const name of EXAMPLES) origins.set(name, `http://localhost:${await freePort('127.0.0.1')}`);
  gateway = await startGateway({ CORS_ORIGINS: [...origins.values()].join() });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  servers.forEach((server) => server.kill());
});

/** Starts it as its README says. */
async function served(name: string): Promise<string> {
  const origin = origins.get(name) ?? '';
  const env = { ...process.env, PORT: new URL(origin).port, GATEWAY: gateway.url.replace('127.0.0.1', 'localhost') };
  const server = spawn(process.execPath, ['../serve.mjs', name], {
    cwd: join(root, 'examples', name),
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  servers.push(server);
  await once(server.stdout, 'data');
  return origin;
}

/** What a user does, by what the page says. */
function user(page: Page) {
  const form = (heading: string) =>
    page.locator('form', { has: page.getByRole('heading', { name: heading, exact: true }) });
  return {
    form,
    press: (name: string) => page.getByRole('button', { name, exact: true }).click(),
    sees: (text: string) => page.getByRole('heading', { name: text, exact: true }).waitFor(),
    async submits(heading: string, fields: Record<string, string>) {
      for (const [label, value] of Object.entries(fields)) await form(heading).getByLabel(label).fill(value);
      await form(heading).locator('button').first().click();
    },
    isRefused: (heading: string) => form(heading).getByRole('alert').filter({ hasText: /\w/ }).waitFor(),
  };
}

inChromium.each(EXAMPLES)('%s: sign-up, reload, second factor after a step-up, sign-out, sign-in', async (name) => {
  const origin = await served(name);
  const context = await browser.newContext();
  const page = await context.newPage();
  const seen = watch(page, 'http://localhost');
  const ada = user(page);
  const email = newEmail();
  await page.goto(origin);

  if (name !== 'vanilla') await ada.press('I have no account');
  await ada.submits('Sign up', { 'E-mail': email, Password: 'password' });
  await ada.form('Sign up').locator('[role=alert]:not(:empty), [aria-invalid=true]').first().waitFor();
  await ada.submits('Sign up', { 'E-mail': email, Password: STRONG_PASSWORD });
  await ada.submits('Verify', { 'The code that was sent to': '0000000' });
  await ada.isRefused('Verify');
  await ada.submits('Verify', { 'The code that was sent to': await gateway.mailbox.codeFor(email) });
  await ada.sees(email);
  await page.reload();
  await ada.sees(email);

  gateway.clock.advance(10 * 60_000);
  await ada.press('Add an authenticator app');
  await ada.submits('Is it you?', { 'Your password': 'wrong' });
  await ada.isRefused('Is it you?');
  await ada.submits('Is it you?', { 'Your password': STRONG_PASSWORD });
  const secret = (await page.locator('form code').filter({ hasText: /\w/ }).textContent()) ?? '';
  await page.getByLabel('The code of the app').fill(totp(gateway, secret));
  await ada.press('Confirm');
  await ada.sees('Recovery codes');
  expect((await page.locator('dialog[open] pre').textContent())?.trim().split('\n')).toHaveLength(10);
  await ada.press('I have saved them');

  await ada.press('Sign out');
  await ada.submits('Sign in', { 'E-mail': email, Password: 'wrong' });
  await ada.isRefused('Sign in');
  await ada.submits('Sign in', { 'E-mail': email, Password: STRONG_PASSWORD });
  gateway.clock.advance(STEP);
  await ada.submits('Verify', { 'The code of your app': totp(gateway, secret) });
  await ada.sees(email);
  await ada.press('Remove');
  await page.getByRole('listitem').waitFor({ state: 'detached' });
  expect(seen).toEqual({ elsewhere: [], complaints: [] });
  await context.close();
});
