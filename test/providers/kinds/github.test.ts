import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type OauthProvider, startOauthProvider } from '../../support/oauth-provider.js';
import { createProviderClient, newAttempt, type ProviderClient } from '../../support/provider-client.js';

let github: OauthProvider;
let client: ProviderClient;
beforeAll(async () => {
  github = await startOauthProvider();
  client = createProviderClient(github.settings);
});
afterAll(() => github?.close());

const signIn = () => client.signIn('github', github.visit);

test('a person signs in by their number, with the address that is primary and verified', async () => {
  expect(await signIn()).toEqual({
    issuer: `${github.url}/login/oauth`,
    subject: '1',
    email: 'ada@example.com',
    emailVerified: true,
    authoritative: false,
    trusted: false,
    displayName: 'Ada Lovelace',
    locale: null,
    pictureUrl: null,
    sid: null,
    amr: [],
    tokens: null,
  });
});

test('an error with status 200 is an error', async () => {
  const wrong = createProviderClient({ ...github.settings, PROVIDER_GITHUB_CLIENT_SECRET: 'another' });
  const problem = await wrong.failure('github', github.visit);
  expect(problem).toMatchObject({ reason: 'failed', message: 'it answered incorrect_client_credentials' });
});

test('a code works once, and with its own verifier', async () => {
  const [attempt, other] = [newAttempt('github'), newAttempt('github')];
  const provider = client.named('github');
  const begin = async () => (await github.visit((await provider.authorizationUrl(attempt)).href)).searchParams;
  const answer = await begin();
  expect(await provider.profile(answer, attempt)).toMatchObject({ subject: '1' });
  await expect(provider.profile(answer, attempt)).rejects.toMatchObject({ reason: 'failed' });
  const stolen = { ...attempt, codeVerifier: other.codeVerifier };
  await expect(provider.profile(await begin(), stolen)).rejects.toMatchObject({ reason: 'failed' });
});

test('who says no, is denied', async () => {
  github.refuses = true;
  expect((await client.failure('github', github.visit)).reason).toBe('denied');
  github.refuses = false;
});

test.each<[string, unknown, string | null, boolean]>([
  [
    'a primary one that is not verified',
    [{ email: 'a@b.example', primary: true, verified: false }],
    'a@b.example',
    false,
  ],
  ['verified by a text', [{ email: 'a@b.example', primary: true, verified: 'yes' }], 'a@b.example', false],
  ['no primary one', [{ email: 'a@b.example', primary: false, verified: true }], null, false],
  ['none', [], null, false],
  ['no list', { message: 'Not Found' }, null, false],
  ['nothing', [null, 7], null, false],
])('of its addresses: %s', async (_, emails, email, emailVerified) => {
  const { emails: before } = github;
  github.emails = emails;
  expect(await signIn()).toMatchObject({ email, emailVerified });
  github.emails = before;
});

test.each([null, 'ada', 1.5, 2 ** 60, undefined])('a user without a number (%p) does not sign in', async (id) => {
  const { user } = github;
  github.user = { ...user, id };
  expect((await client.failure('github', github.visit)).reason).toBe('failed');
  github.user = user;
});

test('tokens are kept where a setting says so', async () => {
  const keeping = createProviderClient({ ...github.settings, PROVIDER_GITHUB_KEEP_TOKENS: 'on' });
  expect((await keeping.signIn('github', github.visit)).tokens).toEqual({
    accessToken: expect.stringMatching(/^gho_/),
    refreshToken: null,
    expiresAt: null,
    scope: 'user:email',
  });
});

test('an answer of another issuer is not believed (RFC 9207)', async () => {
  const { iss } = github;
  github.iss = 'https://github.example/login/oauth';
  expect((await client.failure('github', github.visit)).reason).toBe('failed');
  github.iss = iss;
});
