import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { type LyingProvider, startLyingProvider } from '../../support/lying-provider.js';
import { createProviderClient, newAttempt, type ProviderClient } from '../../support/provider-client.js';

let provider: LyingProvider;
beforeAll(async () => {
  provider = await startLyingProvider();
});
beforeEach(() => provider.honest());
afterAll(() => provider?.close());

const NAME = { name: 'Ada Lovelace' };
const verified = (email: string) => ({ ...NAME, email, email_verified: true });

describe('google', () => {
  const client = () => createProviderClient(provider.settings('google'));

  test.each([
    ['gmail.com is its own', verified('ada@gmail.com'), true],
    ['so is the domain of a Workspace', { ...verified('ada@example.com'), hd: 'example.com' }, true],
    [
      'another domain of one who is in a Workspace is not',
      { ...verified('ada@other.example'), hd: 'example.com' },
      false,
    ],
    ['an address elsewhere is not', verified('ada@example.com'), false],
  ])('%s', async (_, claims, authoritative) => {
    provider.claims = claims;
    expect(await client().signIn('google', provider.visit)).toMatchObject({ authoritative, emailVerified: true });
  });

  test('`hd` counts in the ID token alone', async () => {
    provider.userinfo = { ...verified('ada@example.com'), hd: 'example.com' };
    expect(await client().signIn('google', provider.visit)).toMatchObject({ authoritative: false });
  });

  test('its issuer may be without https://, and the identity is kept under one', async () => {
    provider.claims = { ...verified('ada@gmail.com'), iss: 'accounts.google.com' };
    expect(await client().signIn('google', provider.visit)).toMatchObject({ issuer: provider.issuer });
  });

  test('a refresh token is asked for where tokens are kept, and only then', async () => {
    const ask = async (settings: object) => {
      const asking = createProviderClient({ ...provider.settings('google'), ...settings });
      return (await asking.named('google').authorizationUrl(newAttempt('google'))).searchParams;
    };
    expect((await ask({})).has('access_type')).toBe(false);
    expect((await ask({ PROVIDER_GOOGLE_KEEP_TOKENS: 'on' })).get('access_type')).toBe('offline');
  });
});

describe('microsoft', () => {
  const [tid, oid] = ['11111111-2222-3333-4444-555555555555', 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'];
  const issuerOf = (tenant: string) => `${provider.issuer}/${tenant}/v2.0`;
  const claimsOf = (more: object) => ({ ...NAME, email: 'ada@example.com', tid, oid, iss: issuerOf(tid), ...more });
  let client: ProviderClient;
  beforeEach(() => {
    provider.metadata = { issuer: issuerOf('{tenantid}') };
    client = createProviderClient({ ...provider.settings('microsoft'), PROVIDER_MICROSOFT_ISSUER: issuerOf('common') });
  });

  test('of `common`, the identity is kept under the issuer of its tenant and the object there', async () => {
    provider.claims = claimsOf({ sub: 'another-for-each-app' });
    expect(await client.signIn('microsoft', provider.visit)).toMatchObject({ issuer: issuerOf(tid), subject: oid });
  });

  test.each<[string, () => object]>([
    ['the issuer of another tenant', () => ({ iss: issuerOf(oid) })],
    ['a tenant that is no id', () => ({ tid: 'x/../y', iss: issuerOf('x/../y') })],
    ['no tenant', () => ({ tid: undefined })],
    ['no object', () => ({ oid: undefined })],
    ['an object that is no id', () => ({ oid: 'ada' })],
    ['the template itself as issuer', () => ({ tid: '{tenantid}', iss: issuerOf('{tenantid}') })],
  ])('%s is refused', async (_, lie) => {
    provider.claims = claimsOf(lie());
    expect((await client.failure('microsoft', provider.visit)).reason).toBe('failed');
  });

  test.each([true, 'true', 'True', 1, '1'])('an address is verified by xms_edov %p', async (edov) => {
    provider.claims = claimsOf({ xms_edov: edov });
    expect(await client.signIn('microsoft', provider.visit)).toMatchObject({
      emailVerified: true,
      authoritative: false,
    });
  });

  test.each([false, 'false', 0, '0', undefined, null, 'yes'])(
    'it is not by xms_edov %p, whatever email_verified says (nOAuth)',
    async (edov) => {
      provider.claims = claimsOf({ xms_edov: edov, email_verified: true });
      expect(await client.signIn('microsoft', provider.visit)).toMatchObject({ emailVerified: false });
    },
  );

  test('outlook.com is its own, of a personal account alone', async () => {
    const personal = '9188040d-6c67-4c5b-b112-36a304b66dad';
    const email = 'ada@outlook.com';
    provider.claims = claimsOf({ email, xms_edov: 1, tid: personal, iss: issuerOf(personal) });
    expect(await client.signIn('microsoft', provider.visit)).toMatchObject({ authoritative: true });
    provider.claims = claimsOf({ email, xms_edov: 1 });
    expect(await client.signIn('microsoft', provider.visit)).toMatchObject({ authoritative: false });
  });

  test('metadata of another host are refused', async () => {
    provider.metadata = { issuer: 'https://login.evil.example/{tenantid}/v2.0' };
    expect((await client.failure('microsoft', provider.visit)).message).toContain('another issuer');
  });

  test('metadata of one tenant take no other', async () => {
    provider.metadata = { issuer: issuerOf(oid) };
    provider.claims = claimsOf({});
    expect((await client.failure('microsoft', provider.visit)).reason).toBe('failed');
  });
});

describe('apple', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const apple = () =>
    createProviderClient({
      PROVIDERS: 'apple',
      PROVIDER_APPLE_ISSUER: provider.issuer,
      PROVIDER_APPLE_CLIENT_ID: 'sallyport',
      PROVIDER_APPLE_TEAM_ID: 'TEAM567890',
      PROVIDER_APPLE_KEY_ID: 'KEY4567890',
      // As in an environment variable.
      PROVIDER_APPLE_PRIVATE_KEY: String(privateKey.export({ type: 'pkcs8', format: 'pem' })).replaceAll('\n', '\\n'),
    });
  const withUser = (user: string) => async (url: string) => {
    const back = await provider.visit(url);
    back.searchParams.set('user', user);
    return back;
  };

  test('posts its answer, and is shown a secret that was signed a moment ago', async () => {
    const client = apple();
    const url = await client.named('apple').authorizationUrl(newAttempt('apple'));
    expect(url.searchParams.get('response_mode')).toBe('form_post');
    await client.signIn('apple', provider.visit);
    const form = new URLSearchParams(provider.requests.find(({ path }) => path === '/token')?.body);
    const secret = jwt.verify(form.get('client_secret')!, publicKey, { algorithms: ['ES256'], complete: true });
    expect(secret.header.kid).toBe('KEY4567890');
    expect(secret.payload).toMatchObject({ iss: 'TEAM567890', sub: 'sallyport', aud: provider.issuer });
    const { iat = 0, exp = 0 } = secret.payload as jwt.JwtPayload;
    expect(exp - iat).toBe(300);
    client.clock.advance(86_400_000);
    await client.signIn('apple', provider.visit);
    const later = new URLSearchParams(provider.requests.findLast(({ path }) => path === '/token')?.body);
    expect((jwt.decode(later.get('client_secret')!) as jwt.JwtPayload).iat).toBeGreaterThan(iat + 86_000);
  });

  test('signs as two issuers, and the identity is kept under one', async () => {
    provider.claims = { email: 'x@privaterelay.appleid.com', email_verified: 'true', is_private_email: 'true' };
    const known = { issuer: provider.issuer, emailVerified: true, authoritative: true };
    expect(await apple().signIn('apple', provider.visit)).toMatchObject(known);
    provider.claims = { ...provider.claims, iss: 'https://account.apple.com' };
    expect(await apple().signIn('apple', provider.visit)).toMatchObject(known);
    provider.claims = { ...provider.claims, iss: 'https://appleid.apple.example' };
    expect((await apple().failure('apple', provider.visit)).reason).toBe('failed');
  });

  test('the name comes beside the code, and nothing else of that counts', async () => {
    provider.claims = { email: 'ada@example.com', email_verified: false };
    const user =
      '{"name":{"firstName":"Ada","lastName":"Lovelace"},"email":"victim@icloud.com","email_verified":true,"sub":"x"}';
    expect(await apple().signIn('apple', withUser(user))).toMatchObject({
      subject: 'ada',
      displayName: 'Ada Lovelace',
      email: 'ada@example.com',
      emailVerified: false,
    });
  });

  test.each(['', 'null', '7', '[]', '{"name":null}', '{"name":{"firstName":{}}}', '{'])(
    'a name that is none: %s',
    async (user) => {
      expect(await apple().signIn('apple', withUser(user))).toMatchObject({ subject: 'ada', displayName: null });
    },
  );
});

test.each(['gitlab', 'slack'])('%s identifies the user by OpenID Connect alone', async (kind) => {
  provider.claims = verified('ada@example.com');
  expect(await createProviderClient(provider.settings(kind)).signIn(kind, provider.visit)).toMatchObject({
    issuer: provider.issuer,
    email: 'ada@example.com',
    emailVerified: true,
    authoritative: false,
  });
});
