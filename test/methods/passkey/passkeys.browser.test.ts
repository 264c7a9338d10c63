import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { chromiumPath, launchChromium, watch } from '../../support/chromium.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { testWith } from '../../support/not-run.js';
import {
  REGISTER_PASSKEY,
  REMOVE_FACTOR,
  START_PASSKEY_REGISTRATION,
  START_PASSKEY_SIGN_IN,
  VERIFY_PASSKEY,
} from '../../support/passkeys.js';
import { LOGIN, type SignedInPerson, signedInPerson } from '../../support/people.js';
import { readText } from '../../support/source-tree.js';

const inChromium = testWith(chromiumPath, 'Passkeys in a browser', 'no Chromium: set CHROMIUM_PATH');

/** The JavaScript of docs/factors.md, as it is written there: to register, for a button, and for the autofill. */
const [REGISTER = '', BUTTON = '', AUTOFILL = ''] = [
  ...readText('docs/factors.md')!
    .split('\n## Passkeys\n')[1]!
    .split('\n## ')[0]!
    .matchAll(/```js\n([^]*?)```/g),
].map(([, code]) => code);

let gateway: TestGateway;
let replica: TestGateway;
let app: Server;
let ada: SignedInPerson;
let browser: Browser;
let page: Page;
let cdp: CDPSession;
let authenticatorId: string;
let seen: ReturnType<typeof watch>;

beforeAll(async () => {
  if (!chromiumPath) return;
  // The page of an application, on an origin of its own: the gateway knows it as one that may call it.
  app = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><link rel="icon" href="data:,"><input autocomplete="username webauthn">');
  }).listen(0, 'localhost');
  await once(app, 'listening');
  const origin = `http://localhost:${(app.address() as AddressInfo).port}`;
  gateway = await startGateway({ CORS_ORIGINS: origin });
  replica = await gateway.replica();
  ada = await signedInPerson(gateway);
  browser = await launchChromium();
  page = await browser.newPage();
  seen = watch(page, 'http://');
  await page.goto(origin);
  await page.evaluate(
    ({ urls, token, documents }) => {
      let calls = 0;
      const page = { token };
      const graphql = async (query: string, variables?: object) => {
        // Each step is answered by another replica than the one before.
        const url = `${urls[(calls += 1) % urls.length]}/graphql`;
        const headers = { 'content-type': 'application/json', authorization: `Bearer ${page.token}` };
        const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
        const { data, errors } = await answer.json();
        if (errors) throw new Error(errors[0].extensions.code);
        return data;
      };
      Object.assign(globalThis, documents, { graphql, page });
    },
    {
      urls: [gateway.url, replica.url],
      token: ada.accessToken,
      documents: {
        START_PASSKEY_REGISTRATION,
        REGISTER_PASSKEY,
        START_PASSKEY_SIGN_IN,
        VERIFY_PASSKEY,
        LOGIN: LOGIN.replace('purpose', 'purpose methods passkeyOptions'),
      },
    },
  );
  cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
    defaultBackupEligibility: true,
    defaultBackupState: true,
  } as const;
  ({ authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options }));
});
afterAll(async () => {
  await browser?.close();
  app?.close();
});

/** Runs a piece of JavaScript in the page; the name of what it throws, and its message. */
const run = (code: string, result = 'undefined'): Promise<any> =>
  page.evaluate(
    `(async () => { ${code}\nreturn ${result}; })().catch(({ name, message }) => ({ thrown: name, message }))`,
  );
const kept = async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
const factors = async () =>
  (
    await gateway.ask(
      '{ me { factors { id name ... on Passkey { backedUp credentialId } } } }',
      {},
      {
        token: ada.accessToken,
      },
    )
  ).me.factors;

inChromium('a passkey is registered by the JavaScript of the documentation', async () => {
  expect(await run(REGISTER)).toBeUndefined();
  const [credential, ...others] = await kept();
  expect(others).toEqual([]);
  expect(credential).toMatchObject({ isResidentCredential: true, rpId: 'localhost', userName: ada.email });
  const credentialId = Buffer.from(credential!.credentialId, 'base64').toString('base64url');
  expect(await factors()).toEqual([{ id: expect.any(String), name: 'Laptop', backedUp: true, credentialId }]);
});

inChromium('a button signs in with it', async () => {
  // The page goes on in the new session, which may change factors.
  const { user, accessToken } = await run(`${BUTTON}\npage.token = verifyPasskey.accessToken;`, 'verifyPasskey');
  ada.accessToken = accessToken;
  expect(user.id).toBe(ada.id);
  const claims = JSON.parse(Buffer.from(accessToken.split('.')[1], 'base64url').toString());
  expect(claims).toMatchObject({ amr: ['swk', 'user', 'mfa'], acr: 'phr' });
});

inChromium('one authenticator does not register two', async () => {
  expect((await run(REGISTER)).thrown).toBe('InvalidStateError');
  expect(await kept()).toHaveLength(1);
});

inChromium('the autofill signs in with it', async () => {
  expect((await run(AUTOFILL, 'verifyPasskey')).user.id).toBe(ada.id);
});

inChromium('it is the second factor after the password', async () => {
  const password = `
    const input = { identifier: ${JSON.stringify(ada.email)}, password: ${JSON.stringify(ada.password)} };
    const { login: { challengeToken, passkeyOptions, methods } } = await graphql(LOGIN, { input });`;
  // From there on as with the button.
  const second = BUTTON.slice(BUTTON.indexOf('const credential'));
  const { signedIn, methods } = await run(password + second, '{ signedIn: verifyPasskey, methods }');
  expect(methods).toContain('PASSKEY');
  expect(signedIn.user.id).toBe(ada.id);
});

inChromium('once it is removed, it does not sign in', async () => {
  const [{ id: factorId }] = await factors();
  await gateway.ask(REMOVE_FACTOR, { input: { factorId } }, { token: ada.accessToken });
  expect(await run(BUTTON)).toEqual({ thrown: 'Error', message: 'INVALID_PASSKEY' });
  expect(seen.complaints).toEqual([]);
});
