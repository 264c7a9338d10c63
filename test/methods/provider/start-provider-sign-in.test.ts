import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import type { TestGateway } from '../../support/gateway.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import {
  begin,
  locationOf,
  newVerifier,
  newWalker,
  REDIRECT_URI,
  START_PROVIDER_SIGN_IN,
  toApplication,
} from '../../support/provider-flow.js';
import { startWithProvider } from '../../support/provider-gateway.js';

let gateway: TestGateway;
let provider: OpenIdProvider;
beforeAll(async () => {
  ({ gateway, provider } = await startWithProvider({ CORS_ORIGINS: 'https://app.example.com' }));
});

const start = (over: Record<string, unknown> = {}) =>
  gateway.gql(START_PROVIDER_SIGN_IN, {
    input: { provider: 'acme', redirectUri: REDIRECT_URI, codeChallenge: newVerifier().codeChallenge, ...over },
  });

test('the settings name the providers that there are', async () => {
  const { authSettings } = await gateway.ask('{ authSettings { identityProviders { id name } } }');
  expect(authSettings.identityProviders).toEqual([{ id: 'acme', name: 'Acme' }]);
});

test('it returns an address of ours for ten minutes, and sets no cookie', async () => {
  const { data, headers } = await start();
  const { url, expiresAt } = data!.startProviderSignIn;
  expect(url).toMatch(/^http:\/\/localhost:4000\/providers\/acme\/start\?attempt=[\w-]{43}$/);
  const left = Date.parse(expiresAt) - gateway.clock.now().getTime();
  expect(left).toBeGreaterThan(590_000);
  expect(left).toBeLessThanOrEqual(600_000);
  expect(headers.getSetCookie()).toEqual([]);
});

test('the address leads to the provider: state, nonce and PKCE are fresh, the callback exact, the scopes no more than needed', async () => {
  const [first, second] = await Promise.all(
    [begin(gateway), begin(gateway)].map(async (begun) => locationOf(await newWalker(gateway).get((await begun).url))),
  );
  expect(first!.origin).toBe(provider.issuer);
  const query = first!.searchParams;
  expect(query.get('redirect_uri')).toBe('http://localhost:4000/providers/acme/callback');
  expect(query.get('code_challenge_method')).toBe('S256');
  expect(query.get('scope')!.split(' ').sort()).toEqual(['email', 'openid', 'profile']);
  for (const name of ['state', 'nonce', 'code_challenge']) {
    expect(query.get(name)).toMatch(/^[\w-]{43}$/);
    expect(query.get(name)).not.toBe(second!.searchParams.get(name));
  }
});

test.each(['', '/inbox?tab=1&x=%20#top', 'ü – 🦊', 'a+b c&code=forged&state=forged', 'x'.repeat(1024)])(
  'the state of the application comes back as it is: %j',
  async (state) => {
    const { url } = await begin(gateway, { state });
    const back = await toApplication(newWalker(gateway), provider, url);
    expect(`${back}`.startsWith(`${REDIRECT_URI}?code=`)).toBe(true);
    expect(back.searchParams.getAll('state')).toEqual([state]);
    expect(back.searchParams.getAll('code')).toHaveLength(1);
  },
);

describe('refused is', () => {
  test('a provider that there is not', async () => {
    expectCode(await start({ provider: 'google' }), 'NOT_FOUND');
    expectCode(await start({ provider: '../acme' }), 'NOT_FOUND');
  });

  test.each([
    'https://app.example.com/signed-in/',
    'https://app.example.com/signed-in?x',
    'https://app.example.com.evil.example/signed-in',
    'https:evil.example',
    '//evil.example',
    '/signed-in',
    '',
  ])('a redirect to %j', async (redirectUri) => {
    expectCode(await start({ redirectUri }), 'REDIRECT_URI_NOT_ALLOWED');
  });

  test.each([
    ['a challenge that is none', { codeChallenge: 'plain' }],
    ['a padded challenge', { codeChallenge: `${'a'.repeat(43)}=` }],
    ['a challenge that is too long', { codeChallenge: 'a'.repeat(44) }],
    ['a state of more than 1024 bytes', { state: 'ü'.repeat(513) }],
    ['a state with a NUL', { state: 'a\0b' }],
    ['a state with half of a surrogate pair', { state: '\ud83e' }],
    ['a redirect URI of 3000 characters', { redirectUri: `https://app.example.com/${'a'.repeat(3000)}` }],
  ])('%s', async (_, over) => {
    expectCode(await start(over), 'BAD_USER_INPUT');
  });
});

test('without REDIRECT_URIS nothing is allowed', async () => {
  const replica = await gateway.replica({ REDIRECT_URIS: '' });
  const input = { provider: 'acme', redirectUri: REDIRECT_URI, codeChallenge: newVerifier().codeChallenge };
  expectCode(await replica.gql(START_PROVIDER_SIGN_IN, { input }), 'REDIRECT_URI_NOT_ALLOWED');
});

test('a sign-in that is begun is no event of the audit log', async () => {
  await start();
  const rows = await gateway.database.sql(
    `select from audit_events where action = 'startProviderSignIn' and code is null`,
  );
  expect(rows).toEqual([]);
});
