import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type LyingProvider, startLyingProvider } from '../support/lying-provider.js';
import { createProviderClient, type ProviderClient } from '../support/provider-client.js';

let liar: LyingProvider;
let client: ProviderClient;
beforeAll(async () => {
  liar = await startLyingProvider();
});
beforeEach(() => {
  liar.honest();
  client = createProviderClient(liar.settings());
});
afterAll(() => liar?.close());

const signIn = () => client.signIn('acme', liar.visit);
const ADDRESS = { email: 'ada@example.com', email_verified: true, name: 'Ada' };

describe('an address', () => {
  test.each([true, 'true'])('is verified where the provider says %p', async (verified) => {
    liar.claims = { ...ADDRESS, email_verified: verified };
    expect(await signIn()).toMatchObject({ email: 'ada@example.com', emailVerified: true });
  });

  test.each([false, 'false', 'True', 'TRUE', 'yes', 1, '1', null, undefined, [true], { true: true }, ['true']])(
    'is not where it says %p',
    async (verified) => {
      liar.claims = { ...ADDRESS, email_verified: verified };
      expect(await signIn()).toMatchObject({ email: 'ada@example.com', emailVerified: false });
    },
  );

  test.each<[string, unknown]>([
    ['none', undefined],
    ['null', null],
    ['a list', ['ada@example.com']],
    ['an object', { email: 'ada@example.com' }],
    ['a number', 7],
    ['empty', ''],
    ['one with a line break', 'ada@example.com\r\nBcc: eve@example.com'],
    ['one of 5 kB', `${'a'.repeat(5000)}@example.com`],
    ['two in one', 'ada@example.com,eve@example.com'],
    ['one with a name', 'Ada <ada@example.com>'],
    ['one without a domain', 'ada'],
    ['one of an address literal', 'ada@[127.0.0.1]'],
    ['a letter that looks like another', 'ada@exaⅿple.com'],
  ])('that could not be kept counts as none: %s', async (_, email) => {
    liar.claims = { ...ADDRESS, email };
    expect(await signIn()).toMatchObject({ subject: 'ada', email: null, emailVerified: false, authoritative: false });
  });

  test('is folded as ours are', async () => {
    liar.claims = { ...ADDRESS, email: ' Ada@EXAMPLE.com ' };
    expect(await signIn()).toMatchObject({ email: 'ada@example.com' });
  });

  test('of userinfo is not verified by what the ID token says of none', async () => {
    liar.claims = { email_verified: true };
    liar.userinfo = { email: 'victim@example.com', email_verified: false };
    expect(await signIn()).toMatchObject({ email: 'victim@example.com', emailVerified: false });
  });

  test('of the ID token is not verified by what userinfo says', async () => {
    liar.claims = { email: 'victim@example.com' };
    liar.userinfo = { email: 'mallory@example.com', email_verified: true };
    expect(await signIn()).toMatchObject({ email: 'victim@example.com', emailVerified: false });
  });

  test.each([
    ['example.com', true],
    ['other.example,example.com', true],
    ['*', true],
    ['other.example', false],
    ['ample.com', false],
    ['sub.example.com', false],
  ])('is believed as EMAIL_DOMAINS=%s says', async (domains, authoritative) => {
    client = createProviderClient({ ...liar.settings(), PROVIDER_ACME_EMAIL_DOMAINS: domains });
    liar.claims = ADDRESS;
    expect(await signIn()).toMatchObject({ authoritative });
  });
});

describe('what else it says of a person', () => {
  test.each<[string, Record<string, unknown>, string | null]>([
    ['a name', { name: ' Ada  Lovelace ' }, 'Ada Lovelace'],
    ['its parts', { given_name: 'Ada', family_name: 'Lovelace' }, 'Ada Lovelace'],
    ['one with control characters', { name: 'Ada\r\nBcc: eve\u0000\u2028' }, 'Ada Bcc: eve'],
    ['one of 5 kB', { name: 'a'.repeat(5000) }, 'a'.repeat(100)],
    ['one whose hundredth character is half of a pair', { name: `${'a'.repeat(99)}👩‍💻` }, 'a'.repeat(99)],
    ['half of a pair', { name: '\ud83d' }, null],
    ['none', {}, null],
    ['an object', { name: { first: 'Ada' } }, null],
    ['blanks', { name: '  ' }, null],
  ])('is cut to a name that we would take: %s', async (_, said, displayName) => {
    liar.claims = { email: 'ada@example.com', ...said };
    expect(await signIn()).toMatchObject({ displayName });
  });

  test.each([
    ['de-AT', 'de-AT'],
    ['en_US', 'en-US'],
    ['not a locale', null],
    ['x'.repeat(500), null],
    [['de'], null],
  ])('is a language tag, or none: %p', async (locale, kept) => {
    liar.claims = { ...ADDRESS, locale };
    expect(await signIn()).toMatchObject({ locale: kept });
  });

  test.each([
    ['https://pictures.example/ada.png', 'https://pictures.example/ada.png'],
    ['http://pictures.example/ada.png', null],
    ['javascript:alert(1)', null],
    ['data:image/png;base64,AAAA', null],
    ['file:///etc/passwd', null],
    [`https://pictures.example/${'a'.repeat(3000)}`, null],
    [['https://pictures.example/ada.png'], null],
  ])('is the address of a picture that can be fetched, or none: %p', async (picture, pictureUrl) => {
    liar.claims = { ...ADDRESS, picture };
    expect(await signIn()).toMatchObject({ pictureUrl });
  });

  test('is how it authenticated, where a setting trusts it, and signed', async () => {
    liar.claims = { email: 'ada@example.com', amr: ['pwd', 'mfa', 7, 'a\nb', 'x'.repeat(99)] };
    liar.userinfo = { amr: ['hwk'] };
    expect(await signIn()).toMatchObject({ amr: [] });
    client = createProviderClient({ ...liar.settings(), PROVIDER_ACME_TRUST_AMR: 'on' });
    expect(await signIn()).toMatchObject({ amr: ['pwd', 'mfa'] });
    liar.claims = { email: 'ada@example.com' };
    expect(await signIn()).toMatchObject({ amr: [] });
  });

  test('are tokens, where a setting keeps them', async () => {
    expect(await signIn()).toMatchObject({ tokens: null });
    client = createProviderClient({ ...liar.settings(), PROVIDER_ACME_KEEP_TOKENS: 'on' });
    expect(await signIn()).toMatchObject({ tokens: { accessToken: 'an-access-token', refreshToken: null } });
    // Tokens that would fill the database are not kept; the sign-in goes on.
    liar.tokens = { refresh_token: 'x'.repeat(33_000) };
    expect(await signIn()).toMatchObject({ subject: 'ada', tokens: null });
  });
});

describe('its answer to the browser', () => {
  test.each<[string, Record<string, string>, string]>([
    ['the person said no', { error: 'access_denied' }, 'denied'],
    ['the person went back', { error: 'user_cancelled_login' }, 'denied'],
    ['it has no time', { error: 'temporarily_unavailable' }, 'unavailable'],
    ['we asked wrongly', { error: 'invalid_scope' }, 'failed'],
    ['an error that is markup', { error: '<script>' }, 'failed'],
    ['another state', { state: 'another' }, 'failed'],
    ['of another issuer (mix-up, RFC 9207)', { iss: 'https://evil.example' }, 'failed'],
    ['with an ID token beside the code', { code: '' }, 'failed'],
  ])('is judged: %s', async (_, redirect, reason) => {
    liar.redirect = redirect;
    const problem = await client.failure('acme', liar.visit);
    expect(problem.reason).toBe(reason);
    expect(problem.message).not.toContain('<');
  });

  test('must name its issuer where its metadata promise that', async () => {
    liar.metadata = { authorization_response_iss_parameter_supported: true };
    expect((await client.failure('acme', liar.visit)).reason).toBe('failed');
    liar.redirect = { iss: liar.issuer };
    expect(await signIn()).toMatchObject({ subject: 'ada' });
  });

  test('has each parameter once', async () => {
    const problem = await client.failure('acme', async (url) => {
      const back = await liar.visit(url);
      back.searchParams.append('code', 'another');
      return back;
    });
    expect(problem.reason).toBe('failed');
  });
});

test.each(['javascript:alert(1)', 'http://evil.example/authorize', 'data:text/html,x', '/authorize', 7, undefined])(
  'the browser is not sent to %p',
  async (endpoint) => {
    liar.metadata = { authorization_endpoint: endpoint };
    expect((await client.failure('acme', liar.visit)).reason).toBe('failed');
  },
);

test('metadata of another issuer are refused', async () => {
  liar.metadata = { issuer: 'https://accounts.google.com' };
  const problem = await client.failure('acme', liar.visit);
  expect(problem.reason).toBe('failed');
  expect(problem.message).toContain('another issuer');
});
