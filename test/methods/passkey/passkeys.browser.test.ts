import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { chromiumPath, launchChromium, watch } from '../../support/chromium.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { testWith } from '../../support/not-run.js';
import { samplesOf } from '../../support/page-samples.js';
import { REMOVE_FACTOR } from '../../support/passkeys.js';
import { type SignedInPerson, signedInPerson } from '../../support/people.js';

const inChromium = testWith(chromiumPath, 'Passkeys in a browser', 'no Chromium: set CHROMIUM_PATH');

/** The JavaScript of docs/factors.md about passkeys, as it is written there. */
const PASSKEYS = samplesOf('docs/factors.md', 'js', 'Passkeys').join('\n');
const REGISTER = 'await enrollPasskey();';
const BUTTON = 'const user = await signInByPasskey();';
/** Each operation is answered by another replica than the one before. */
const LOOP = samplesOf('docs/factors.md', 'js', 'One function, and one loop')
  .join('\n')
  .replace('fetch(ENDPOINT', 'fetch(nextReplica()');

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
  await page.addScriptTag({ content: `${LOOP}\n${PASSKEYS}\nfunction showRecoveryCodes() {}` });
  await page.evaluate(
    (urls) => {
      let calls = 0;
      Object.assign(globalThis, { nextReplica: () => `${urls[(calls += 1) % urls.length]}/graphql` });
    },
    [gateway.url, replica.url],
  );
  await run(`accessToken = ${JSON.stringify(ada.accessToken)}`);
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
  page.evaluate(`(async () => { ${code}\nreturn ${result}; })().catch(({ name, code }) => ({ thrown: name, code }))`);
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
  expect(await factors()).toEqual([{ id: expect.any(String), name: 'Passkey', backedUp: true, credentialId }]);
});

inChromium('a button signs in with it', async () => {
  // The page goes on in the new session, which may change factors.
  const { user, accessToken } = await run(BUTTON, '{ user, accessToken }');
  ada.accessToken = accessToken;
  expect(user.id).toBe(ada.id);
  const claims = JSON.parse(Buffer.from(accessToken.split('.')[1], 'base64url').toString());
  expect(claims).toMatchObject({ amr: ['swk', 'user', 'mfa'], acr: 'phr' });
});

inChromium('and lists the existing passkeys for the device', async () => {
  const before = await kept();
  const told = `const told = []; const tell = PublicKeyCredential.signalAllAcceptedCredentials;
    PublicKeyCredential.signalAllAcceptedCredentials = (signal) => (told.push(signal), tell.call(PublicKeyCredential, signal));
    try { await signInByPasskey(); } finally { PublicKeyCredential.signalAllAcceptedCredentials = tell; }`;
  const [{ credentialId }] = await factors();
  expect(await run(told, 'told')).toEqual([
    { rpId: 'localhost', userId: expect.any(String), allAcceptedCredentialIds: [credentialId] },
  ]);
  expect((await kept()).map(({ credentialId }) => credentialId)).toEqual(
    before.map(({ credentialId }) => credentialId),
  );
});

inChromium('one authenticator does not register two', async () => {
  expect((await run(REGISTER)).thrown).toBe('InvalidStateError');
  expect(await kept()).toHaveLength(1);
});

inChromium('the autofill signs in with it', async () => {
  expect((await run('const user = await signInByAutofill();', 'user')).id).toBe(ada.id);
});

inChromium('the autofill that waits gives way to a button', async () => {
  const present = (enabled: boolean) =>
    cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
  await present(false);
  await run(`const { credentials } = navigator, get = credentials.get.bind(credentials);
    globalThis.opened = new Promise((resolve) => { globalThis.open = resolve; });
    globalThis.autofillAsked = new Promise((resolve) => {
      credentials.get = async (options) => {
        if (options.mediation === 'conditional') return resolve(), get(options);
        delete credentials.get;
        await opened;
        return get(options);
      };
    });
    globalThis.waiting = signInByAutofill();
    await autofillAsked;`);
  const button = page.evaluate('signInByPasskey()') as Promise<{ id: string }>;
  expect(await run('', 'await waiting')).toBeNull();
  await present(true);
  await run('open();');
  expect((await button).id).toBe(ada.id);
});

inChromium('the autofill begins anew before its challenge expires, until it is aborted', async () => {
  const present = (enabled: boolean) =>
    cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
  await present(false);
  const { lifetimes, challenges, given } = await run(
    `const { credentials } = navigator, get = credentials.get.bind(credentials), { timeout } = AbortSignal;
    const challenges = [], lifetimes = [];
    AbortSignal.timeout = (milliseconds) => (lifetimes.push(milliseconds), timeout.call(AbortSignal, 300));
    await new Promise((resolve) => {
      credentials.get = (options) => {
        challenges.push(new Uint8Array(options.publicKey.challenge).join());
        if (challenges.length === 2) resolve();
        return get(options);
      };
      globalThis.waiting = signInByAutofill();
    });
    autofill.abort();
    const given = await waiting;
    AbortSignal.timeout = timeout;
    delete credentials.get;`,
    '{ lifetimes, challenges: new Set(challenges).size, given }',
  );
  await present(true);
  expect(Math.max(...lifetimes)).toBeLessThan(300_000);
  expect({ challenges, given }).toEqual({ challenges: 2, given: null });
});

inChromium('it is the second factor after the password', async () => {
  const form = `const asked = []; globalThis.ask = async (challenge) => { asked.push(challenge.methods); return { credential: await passkeyOf(challenge.passkeyOptions) }; };`;
  const password = `const user = await signIn(${JSON.stringify(ada.email)}, ${JSON.stringify(ada.password)});`;
  const { user, asked } = await run(form + password, '{ user, asked }');
  expect(asked).toEqual([expect.arrayContaining(['PASSKEY'])]);
  expect(user.id).toBe(ada.id);
});

inChromium('once it is removed, it does not sign in', async () => {
  const [{ id: factorId }] = await factors();
  await gateway.ask(REMOVE_FACTOR, { input: { factorId } }, { token: ada.accessToken });
  expect(await run(BUTTON)).toEqual({ thrown: 'Error', code: 'INVALID_PASSKEY' });
  expect(seen.complaints).toEqual([]);
});
