import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, launchChromium } from '../../support/chromium.js';
import { enroll, STEP, totp } from '../../support/factors.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { testWith } from '../../support/not-run.js';
import { type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.js';
import { VERIFY_OTP } from '../../support/people.js';
import {
  begin,
  complete,
  COMPLETE_PROVIDER_SIGN_IN,
  identitiesOf,
  LINK_IDENTITY,
  START_PROVIDER_SIGN_IN,
  UNLINK_IDENTITY,
} from '../../support/provider-flow.js';
import { newAccount } from '../../support/provider-gateway.js';
import { readText } from '../../support/source-tree.js';

const inChromium = testWith(chromiumPath, 'Sign-in by a provider in a browser', 'no Chromium: set CHROMIUM_PATH');

/** The JavaScript of docs/providers.md, as it is written there: the button, and the page that the browser returns to. */
const [BUTTON = '', RETURN = ''] = [
  ...readText('docs/providers.md')!
    .split('\n### A single-page application\n')[1]!
    .split('\n### ')[0]!
    .matchAll(/```js\n([^]*?)```/g),
].map(([, code]) => code!.replace("'google'", "'acme'"));

let gateway: TestGateway;
let provider: OpenIdProvider;
let app: Server;
let origin: string;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  if (!chromiumPath) return;
  // The page of an application, on an origin of its own.
  app = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><link rel="icon" href="data:,"><p>The application');
  }).listen(0, 'localhost');
  await once(app, 'listening');
  origin = `http://localhost:${(app.address() as AddressInfo).port}`;
  const port = await freePort();
  // The browser reaches it there by itself.
  const publicUrl = `http://localhost:${port}`;
  provider = await startOpenIdProvider({ publicUrl });
  gateway = await startGateway({
    PORT: `${port}`,
    PUBLIC_URL: publicUrl,
    CORS_ORIGINS: origin,
    REDIRECT_URIS: `${origin}/signed-in`,
    ...provider.settings,
  });
  browser = await launchChromium();
  page = await (await browser.newContext()).newPage();
});
afterAll(async () => {
  await browser?.close();
  app?.close();
  await provider?.close();
});

/** Runs a piece of JavaScript in the page, with a function that asks the gateway. */
const run = (code: string, result = 'undefined', token = ''): Promise<any> =>
  page.evaluate(`(async () => {
    const graphql = async (query, variables) => {
      const headers = { 'content-type': 'application/json', ...(${JSON.stringify(token)} && { authorization: 'Bearer ' + ${JSON.stringify(token)} }) };
      const answer = await fetch(${JSON.stringify(`${gateway.config.publicUrl}/graphql`)}, { method: 'POST', credentials: 'include', headers, body: JSON.stringify({ query, variables }) });
      const { data, errors } = await answer.json();
      if (errors) throw new Error(errors[0].extensions.code);
      return data;
    };
    const [START_PROVIDER_SIGN_IN, COMPLETE_PROVIDER_SIGN_IN] = ${JSON.stringify([token ? LINK_IDENTITY.replace('linkIdentity', 'startProviderSignIn: linkIdentity') : START_PROVIDER_SIGN_IN, COMPLETE_PROVIDER_SIGN_IN])};
    ${code}
    return ${result};
  })().catch(({ message }) => ({ thrown: message }))`);

/** The button, the provider, and the page that the browser returns to: what completeProviderSignIn answers there. */
async function walk(token = ''): Promise<any> {
  // The person has signed out at the provider.
  await page.context().clearCookies({ domain: '127.0.0.1' });
  await page.goto(`${origin}/inbox`);
  await run(BUTTON, 'undefined', token);
  await page.waitForURL(`${origin}/signed-in?*`);
  return run(RETURN, 'completeProviderSignIn', token);
}

inChromium('the JavaScript of the documentation signs a newcomer in, and leaves no code in the address', async () => {
  provider.account = newAccount();
  const { user, refreshToken } = await walk();
  expect(user.email).toBe(provider.account.email);
  expect(refreshToken).toBeNull();
  expect(page.url()).toBe(`${origin}/signed-in`);
  const cookies = await page.context().cookies(gateway.config.publicUrl + '/providers/x');
  expect(cookies).toMatchObject([{ name: 'sallyport-provider', httpOnly: true, sameSite: 'Lax', path: '/providers' }]);
});

inChromium('a second factor is asked for after it', async () => {
  const { accessToken } = await walk();
  const { secret } = await enroll(gateway, { accessToken });
  gateway.clock.advance(STEP);
  const challenge = await walk();
  expect(challenge).toMatchObject({ purpose: 'SECOND_FACTOR' });
  const input = { challengeToken: challenge.challengeToken, code: totp(gateway, secret) };
  const { verifyOtp } = await gateway.ask(VERIFY_OTP, { input });
  expect(verifyOtp.user.email).toBe(provider.account!.email);
  const token = verifyOtp.accessToken;
  // Another account at the provider is linked in this session, and signs in too; then it is unlinked.
  provider.account = newAccount();
  expect((await walk(token)).user.id).toBe(verifyOtp.user.id);
  const linked = (await identitiesOf(gateway, token)).find(({ email }) => email === provider.account!.email);
  expect((await walk()).purpose).toBe('SECOND_FACTOR');
  await gateway.ask(UNLINK_IDENTITY, { input: { identityId: linked!.id } }, { token });
  expect((await walk()).user.id).not.toBe(verifyOtp.user.id);
});

inChromium('a person who says no at the provider is back with an error', async () => {
  provider.account = null;
  expect(await walk()).toEqual({ thrown: 'access_denied' });
});

inChromium('the answer of a provider that comes as a form from its own site completes the sign-in', async () => {
  provider.account = newAccount();
  const { url, codeVerifier } = await begin(gateway, { redirectUri: `${origin}/signed-in` });
  const { headers } = await page.request
    .get(url, { maxRedirects: 0 })
    .then((answer) => ({ headers: answer.headers() }));
  const answer = await provider.visit(headers['location']!);
  // As Apple does it. 127.0.0.1 is another site than localhost.
  const fields = [...answer.searchParams].map(([name, value]) => `<input name="${name}" value="${value}">`).join('');
  const apple = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(
      `<form method="post" action="${answer.origin}${answer.pathname}">${fields}<button>Go on</button></form>`,
    );
  }).listen(0, '127.0.0.1');
  await once(apple, 'listening');
  await page.goto(`http://127.0.0.1:${(apple.address() as AddressInfo).port}`);
  await page.click('button');
  await page.waitForURL(`${origin}/signed-in?*`);
  apple.close();
  const code = new URL(page.url()).searchParams.get('code')!;
  const { data } = await complete(gateway, { code, codeVerifier });
  expect(data!.completeProviderSignIn.user.email).toBe(provider.account.email);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
