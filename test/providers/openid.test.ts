import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.js';
import { createProviderClient, newAttempt, type ProviderClient } from '../support/provider-client.js';

let acme: OpenIdProvider;
let client: ProviderClient;
beforeAll(async () => {
  acme = await startOpenIdProvider();
});
beforeEach(() => {
  client = createProviderClient(acme.settings);
});
afterAll(() => acme?.close());

const signIn = () => client.signIn('acme', acme.visit);

test('a person signs in, and what the provider says comes along', async () => {
  expect(await signIn()).toEqual({
    issuer: acme.issuer,
    subject: 'ada',
    email: 'ada@example.com',
    emailVerified: true,
    authoritative: false,
    trusted: true,
    displayName: 'Ada Lovelace',
    locale: 'de-AT',
    pictureUrl: null,
    sid: null,
    amr: [],
    tokens: null,
  });
});

test('the browser is sent there with state, nonce, and the S256 of the verifier, and without a secret', async () => {
  const attempt = newAttempt('acme');
  const url = await client.named('acme').authorizationUrl(attempt);
  expect(url.origin).toBe(acme.issuer);
  expect(Object.fromEntries(url.searchParams)).toEqual({
    response_type: 'code',
    client_id: 'sallyport',
    redirect_uri: 'http://localhost:4000/providers/acme/callback',
    scope: 'openid email profile',
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  });
  expect(url.href).not.toContain(attempt.codeVerifier);
});

test('a code works once, and with its own verifier, nonce and state', async () => {
  const attempt = newAttempt('acme');
  const provider = client.named('acme');
  const begin = async () => (await acme.visit((await provider.authorizationUrl(attempt)).href)).searchParams;
  const failed = { reason: 'failed' };
  const answer = await begin();
  expect(await provider.profile(answer, attempt)).toMatchObject({ subject: 'ada' });
  await expect(provider.profile(answer, attempt)).rejects.toMatchObject(failed);
  for (const part of ['codeVerifier', 'nonce', 'state', 'callbackUrl'] as const) {
    const other = { ...attempt, [part]: newAttempt('other')[part] };
    await expect(provider.profile(await begin(), other)).rejects.toMatchObject(failed);
  }
});

test('who says no, is denied', async () => {
  const { account } = acme;
  acme.account = null;
  expect((await client.failure('acme', acme.visit)).reason).toBe('denied');
  acme.account = account;
});

test('how the person authenticated comes along where a setting trusts it', async () => {
  const { account } = acme;
  acme.account = { ...account!, amr: ['pwd', 'otp'] };
  expect(await signIn()).toMatchObject({ amr: [] });
  client = createProviderClient({ ...acme.settings, PROVIDER_ACME_TRUST_AMR: 'on' });
  expect(await signIn()).toMatchObject({ amr: ['pwd', 'otp'] });
  acme.account = account;
});

test('one that is down is unavailable, and works when it is up again', async () => {
  await acme.close();
  expect((await client.failure('acme', acme.visit)).reason).toBe('unavailable');
  await acme.open();
  expect(await signIn()).toMatchObject({ subject: 'ada' });
});

test('a wrong secret of ours is reported to the operator by its name', async () => {
  client = createProviderClient({ ...acme.settings, PROVIDER_ACME_CLIENT_SECRET: 'a-wrong-one' });
  const problem = await client.failure('acme', acme.visit);
  expect(problem).toMatchObject({ reason: 'failed', message: 'it answered invalid_client' });
});
