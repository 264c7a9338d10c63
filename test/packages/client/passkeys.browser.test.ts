import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, launchChromium, watch } from '../../support/chromium.js';
import { type ClientApp, serveClientApp } from '../../support/client-app.js';
import { startGateway } from '../../support/gateway.js';
import { testWith } from '../../support/not-run.js';
import { type Registered, registeredPerson } from '../../support/people.js';
import { addVirtualAuthenticator, type VirtualAuthenticator } from '../../support/virtual-authenticator.js';

const inChromium = testWith(chromiumPath, 'Passkeys by the client, in a browser', 'no Chromium: set CHROMIUM_PATH');

let app: ClientApp;
let ada: Registered;
let browser: Browser;
let page: Page;
let user: VirtualAuthenticator;
let seen: ReturnType<typeof watch>;

beforeAll(async () => {
  if (!chromiumPath) return;
  app = await serveClientApp('localhost');
  const gateway = await startGateway({ CORS_ORIGINS: app.origin });
  ada = await registeredPerson(gateway);
  browser = await launchChromium();
  page = await browser.newPage();
  seen = watch(page, 'http://');
  await page.goto(app.origin);
  await page.waitForFunction('globalThis.loaded');
  await run(`start(${JSON.stringify(gateway.url.replace('127.0.0.1', 'localhost'))})`);
  user = await addVirtualAuthenticator(page);
});
afterAll(async () => {
  await browser?.close();
  app?.close();
});

/** Runs a piece of JavaScript in the page; the name of what it throws, and its code. */
const run = (code: string, result = 'undefined'): Promise<any> =>
  page.evaluate(`(async () => { ${code};\nreturn ${result}; })().catch(({ name, code }) => ({ thrown: name, code }))`);
const login = () =>
  `const next = await sallyport.login(${JSON.stringify({ identifier: ada.email, password: ada.password })})`;

inChromium('a passkey is added, and there is one of a device', async () => {
  expect(await run(login(), 'hasPasskeys()')).toBe(true);
  const added = await run(`const added = await addPasskey(sallyport, { name: 'Laptop' })`, 'added');
  expect(added).toMatchObject({ factor: { __typename: 'Passkey', name: 'Laptop' }, isSignedIn: false });
  expect(added.recoveryCodes).toHaveLength(10);
  expect((await run('await addPasskey(sallyport)')).thrown).toBe('InvalidStateError');
});

inChromium('a button signs in with it, and ends the autofill that waits', async () => {
  const code = `await sallyport.logout();
    const waiting = signInWithPasskey(sallyport, { autofill: true }).catch(({ name }) => name);
    const next = await signInWithPasskey(sallyport)`;
  const result = await run(code, '{ next, state: sallyport.getState() }');
  expect(result).toMatchObject({ next: { step: 'signedIn' }, state: { status: 'signedIn', user: { id: ada.id } } });
});

inChromium('it is the second factor after the password, and answers a step-up', async () => {
  const second = await run(
    `await sallyport.logout(); ${login()}; const done = await answerWithPasskey(sallyport, next)`,
    '{ purpose: next.purpose, step: done.step }',
  );
  expect(second).toEqual({ purpose: 'SECOND_FACTOR', step: 'signedIn' });
  const proof = `const challenge = await sallyport.requestReauthentication();
    const proof = await proveWithPasskey(challenge);
    await sallyport.reauthenticate({ challengeToken: challenge.challengeToken, ...proof })`;
  expect(await run(proof, 'sallyport.getState().status')).toBe('signedIn');
});

inChromium('a user who cancels is distinguished', async () => {
  await user.present(false);
  const cancelled = `const controller = new AbortController();
    setTimeout(() => controller.abort(), 500);
    await signInWithPasskey(sallyport, { signal: controller.signal })`;
  expect(await run(cancelled)).toMatchObject({ thrown: 'AbortError' });
  expect(seen.complaints).toEqual([]);
});
