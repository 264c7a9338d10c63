import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { type LyingProvider, startLyingProvider } from '../support/lying-provider.js';
import { type OauthProvider, startOauthProvider } from '../support/oauth-provider.js';
import { signedInPerson } from '../support/people.js';
import {
  begin,
  COMPLETE_PROVIDER_SIGN_IN,
  locationOf,
  newWalker,
  REDIRECT_URI,
  reachable,
} from '../support/provider-flow.js';

const APPLE = {
  PROVIDER_APPLE_CLIENT_ID: 'sallyport',
  PROVIDER_APPLE_TEAM_ID: 'TEAM567890',
  PROVIDER_APPLE_KEY_ID: 'KEY4567890',
  PROVIDER_APPLE_PRIVATE_KEY: String(
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
  ),
};

let github: OauthProvider;
let liar: LyingProvider;
let gateway: TestGateway;
beforeAll(async () => {
  [github, liar] = await Promise.all([startOauthProvider(), startLyingProvider()]);
  gateway = await startGateway({
    ...github.settings,
    ...liar.settings(),
    ...APPLE,
    PROVIDER_APPLE_ISSUER: liar.issuer,
    PROVIDERS: 'github,acme,apple',
    PROVIDER_GITHUB_TRUST_EMAIL: 'on',
    PROVIDER_ACME_TRUST_EMAIL: 'on',
    REDIRECT_URIS: REDIRECT_URI,
  });
});
beforeEach(() => liar.honest());
afterAll(() => Promise.all([github?.close(), liar?.close()]));

const complete = async (back: URL, codeVerifier: string) => {
  const input = { code: back.searchParams.get('code'), codeVerifier };
  const { completeProviderSignIn } = await gateway.ask(COMPLETE_PROVIDER_SIGN_IN, { input });
  expect(completeProviderSignIn.__typename).toBe('SignedIn');
  const { me } = await gateway.ask(PROFILE, {}, { token: completeProviderSignIn.accessToken });
  return me;
};
const PROFILE = '{ me { email emailVerified displayName identities { provider { name } email } } }';

test('the providers are listed in the order of the setting, by names for people', async () => {
  expect(await gateway.ask('{ authSettings { identityProviders { id name } } }')).toEqual({
    authSettings: {
      identityProviders: [
        { id: 'github', name: 'GitHub' },
        { id: 'acme', name: 'acme' },
        { id: 'apple', name: 'Apple' },
      ],
    },
  });
});

test('a person opens an account by GitHub', async () => {
  const walker = newWalker(gateway);
  const { url, codeVerifier } = await begin(gateway, { provider: 'github' });
  const callback = await github.visit(locationOf(await walker.get(url)).href);
  const back = locationOf(await walker.get(callback));
  expect(await complete(back, codeVerifier)).toEqual({
    email: 'ada@example.com',
    emailVerified: true,
    displayName: 'Ada Lovelace',
    identities: [{ provider: { name: 'GitHub' }, email: 'ada@example.com' }],
  });
});

test('a person opens an account by Apple, whose form comes from another site, with the name that is in it', async () => {
  liar.claims = { email: 'x7@privaterelay.appleid.com', email_verified: 'true' };
  const walker = newWalker(gateway);
  const { url, codeVerifier } = await begin(gateway, { provider: 'apple' });
  const answer = await liar.visit(locationOf(await walker.get(url)).href);
  const form = new URLSearchParams(answer.search);
  form.set('user', '{"name":{"firstName":"Ada","lastName":"Lovelace"}}');
  // A form of another site has no SameSite=Lax cookie.
  const posted = await fetch(reachable(gateway, 'http://localhost:4000/providers/apple/callback'), {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: 'https://appleid.apple.com', 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  });
  const again = locationOf(posted);
  expect(again.href).not.toContain('Lovelace');
  const back = locationOf(await walker.get(again));
  expect(await complete(back, codeVerifier)).toMatchObject({
    email: 'x7@privaterelay.appleid.com',
    displayName: 'Ada Lovelace',
    identities: [{ provider: { name: 'Apple' } }],
  });
});

test('a provider that lies sends the browser back with an error, and with nothing that it wrote', async () => {
  liar.claims = { aud: 'another-client' };
  const walker = newWalker(gateway);
  const { url } = await begin(gateway, { provider: 'acme', state: 'mine' });
  const back = locationOf(await walker.get(await liar.visit(locationOf(await walker.get(url)).href)));
  expect(Object.fromEntries(back.searchParams)).toEqual({ error: 'server_error', state: 'mine' });
});

test('a provider that is down costs its own sign-ins alone', async () => {
  liar.answers.set('/token', (_, response) => response.writeHead(500).end());
  const walker = newWalker(gateway);
  const { url } = await begin(gateway, { provider: 'acme' });
  const back = locationOf(await walker.get(await liar.visit(locationOf(await walker.get(url)).href)));
  expect(back.searchParams.get('error')).toBe('temporarily_unavailable');
  expect(await signedInPerson(gateway)).toMatchObject({ accessToken: expect.any(String) });
});
