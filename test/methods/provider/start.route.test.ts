import { beforeAll, describe, expect, test } from '@jest/globals';
import type { TestGateway } from '../../support/gateway.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import {
  begin,
  complete,
  locationOf,
  newVerifier,
  newWalker,
  REDIRECT_URI,
  toApplication,
} from '../../support/provider-flow.js';
import { newAccount, startWithProvider } from '../../support/provider-gateway.js';

let gateway: TestGateway;
let provider: OpenIdProvider;
beforeAll(async () => {
  ({ gateway, provider } = await startWithProvider());
});

const MINUTES = 60_000;
const plainLink = (over: Record<string, string> = {}) => {
  const { codeVerifier, codeChallenge } = newVerifier();
  const query = new URLSearchParams({ redirectUri: REDIRECT_URI, codeChallenge, state: '/inbox', ...over });
  return { url: `${gateway.config.publicUrl}/providers/acme/start?${query}`, codeVerifier };
};

describe('the start address', () => {
  test('sets an HttpOnly, Lax cookie for the addresses of providers alone, and sends no referrer', async () => {
    const walker = newWalker(gateway);
    const answer = await walker.get((await begin(gateway)).url);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const [cookie, ...others] = walker.received;
    expect(cookie).toMatch(/^sallyport-provider=[\w-]{43}; Expires=[^;]+; Path=\/providers; HttpOnly; SameSite=Lax$/);
    expect(others).toEqual([]);
  });

  test('has a __Host- cookie on https, and keeps to the path where PUBLIC_URL has one', async () => {
    for (const [PUBLIC_URL, expected] of [
      [
        'https://auth.example.com',
        /^__Host-sallyport-provider=[\w-]{43}; Expires=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
      ],
      [
        'https://example.com/auth',
        /^__Secure-sallyport-provider=[\w-]{43}; Expires=[^;]+; Path=\/auth\/providers; HttpOnly; SameSite=Lax; Secure$/,
      ],
    ] as const) {
      const replica = await gateway.replica({ PUBLIC_URL });
      const walker = newWalker(replica);
      const answer = await walker.get((await begin(replica)).url);
      expect(walker.received[0]).toMatch(expected);
      expect(locationOf(answer).searchParams.get('redirect_uri')).toBe(`${PUBLIC_URL}/providers/acme/callback`);
    }
  });

  test('says which of its parameters is wrong', async () => {
    const { pathname, search } = new URL(plainLink({ codeChallenge: 'short' }).url);
    const answer = await gateway.http(pathname + search);
    expect(answer.status).toBe(400);
    const { errors } = (await answer.json()) as { errors: { extensions: object }[] };
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', problems: [{ field: 'codeChallenge', code: 'INVALID_FORMAT' }] } },
    ]);
  });

  test('may be opened again by the same browser, and by no other', async () => {
    const walker = newWalker(gateway);
    const { url, codeVerifier } = await begin(gateway);
    const first = locationOf(await walker.get(url));
    expect(locationOf(await walker.get(url)).href).toBe(first.href);
    const other = await newWalker(gateway).get(url);
    expect(other.status).toBe(400);
    expect(other.headers.get('location')).toBeNull();
    // And the other one has not taken it away.
    provider.account = newAccount();
    const code = (await toApplication(walker, provider, url)).searchParams.get('code')!;
    expect((await complete(gateway, { code, codeVerifier })).errors).toEqual([]);
  });

  test('is taken by one of many browsers that open it at once', async () => {
    const { url } = await begin(gateway);
    const answers = await Promise.all(Array.from({ length: 10 }, () => newWalker(gateway).get(url)));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(9);
  });

  test('is one value for all tabs of a browser', async () => {
    const walker = newWalker(gateway);
    const [one, two] = [await begin(gateway), await begin(gateway)];
    await walker.get(one.url);
    await walker.get(two.url);
    provider.account = newAccount();
    for (const { url, codeVerifier } of [one, two]) {
      const code = (await toApplication(walker, provider, url)).searchParams.get('code')!;
      expect((await complete(gateway, { code, codeVerifier })).errors).toEqual([]);
    }
    expect(new Set(walker.received.map((line) => line.split(';')[0])).size).toBe(1);
  });

  test('opens nothing after ten minutes, with another token, or at another provider', async () => {
    const { url } = await begin(gateway);
    expect((await newWalker(gateway).get(url.replace(/.{4}$/, 'AAAA'))).status).toBe(400);
    expect((await newWalker(gateway).get(url.replace('/acme/', '/google/'))).status).toBe(404);
    gateway.clock.advance(10 * MINUTES);
    expect((await newWalker(gateway).get(url)).status).toBe(400);
  });

  test('does not take a cookie that came twice with different values', async () => {
    const walker = newWalker(gateway);
    const planted = `sallyport-provider=${'A'.repeat(43)}`;
    await walker.get((await begin(gateway)).url, { cookie: `${planted}; sallyport-provider=${'B'.repeat(43)}` });
    expect(walker.received[0]).not.toContain('A'.repeat(43));
    expect(walker.received[0]).not.toContain('B'.repeat(43));
  });
});

describe('a provider that is down', () => {
  test('costs its own button alone: the browser returns with an error, and the state', async () => {
    const down = await startWithProvider();
    await down.provider.close();
    const { url } = await begin(down.gateway, { state: 's' });
    const begun = performance.now();
    const back = locationOf(await newWalker(down.gateway).get(url));
    expect(back.href).toBe(`${REDIRECT_URI}?error=temporarily_unavailable&state=s`);
    expect(performance.now() - begun).toBeLessThan(12_000);
    expect((await down.gateway.http('/health/ready')).status).toBe(200);
    await down.provider.open();
  });
});

describe('a plain link', () => {
  test('begins a sign-in without a script', async () => {
    provider.account = newAccount();
    const { url, codeVerifier } = plainLink();
    const back = await toApplication(newWalker(gateway), provider, url);
    expect(back.searchParams.get('state')).toBe('/inbox');
    const answer = await complete(gateway, { code: back.searchParams.get('code')!, codeVerifier });
    expect(answer.data!.completeProviderSignIn.user.email).toBe(provider.account.email);
  });

  test.each<[Record<string, string>]>([
    [{ redirectUri: 'https://evil.example' }],
    [{ redirectUri: `${REDIRECT_URI}/` }],
    [{ redirectUri: '//evil.example' }],
    [{ redirectUri: 'javascript:alert(1)' }],
    [{ redirectUri: '' }],
    [{ codeChallenge: '' }],
    [{ state: 'x'.repeat(1025) }],
  ])('with %j is an error page, and leads nowhere', async (over) => {
    const answer = await newWalker(gateway).get(plainLink(over).url);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(await answer.text()).not.toContain('evil.example');
  });

  test('is limited by address as startProviderSignIn is', async () => {
    const strict = await gateway.replica({
      LIMITS_FACTOR: '0.01',
      REDIS_URL: '',
    });
    const statuses = [];
    for (let count = 0; count < 5; count += 1) statuses.push((await newWalker(strict).get(plainLink().url)).status);
    expect(statuses).toEqual([303, 303, 303, 429, 429]);
  });
});
