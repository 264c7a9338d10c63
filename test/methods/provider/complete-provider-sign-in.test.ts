import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import type { TestGateway } from '../../support/gateway.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import {
  complete,
  COMPLETE_PROVIDER_SIGN_IN,
  identitiesOf,
  newVerifier,
  returned,
  signInBy,
} from '../../support/provider-flow.js';
import { newAccount, startWithProvider } from '../../support/provider-gateway.js';

let gateway: TestGateway;
let provider: OpenIdProvider;
beforeAll(async () => {
  ({ gateway, provider } = await startWithProvider());
});

describe('the first sign-in of an identity', () => {
  test('opens the account, with the name and the language of the provider, and a verified address', async () => {
    const account = newAccount({ locale: 'de-AT', name: 'Ada King' });
    provider.account = account;
    const { user, accessToken, session } = await signInBy(gateway, provider);
    expect(user).toMatchObject({ email: account.email, emailVerified: true, username: null });
    const { me } = await gateway.ask(
      '{ me { displayName locale hasPassword roles { name } sessions { authenticationMethods } } }',
      {},
      { token: accessToken },
    );
    expect(me).toEqual({
      displayName: 'Ada King',
      locale: 'de-AT',
      hasPassword: false,
      roles: [{ name: 'user' }],
      sessions: [{ authenticationMethods: ['IDENTITY_PROVIDER'] }],
    });
    const [identity, ...others] = await identitiesOf(gateway, accessToken);
    expect(identity).toMatchObject({
      provider: { id: 'acme', name: 'Acme' },
      email: account.email,
      displayName: 'Ada King',
    });
    expect(Date.parse(identity!.lastUsedAt!)).toBeGreaterThanOrEqual(Date.parse(identity!.createdAt));
    expect(others).toEqual([]);
    expect(session.id).toBeTruthy();
  });

  test('has the picture of the provider fetched, by a job', async () => {
    const picture = 'https://pictures.example/ada.png';
    provider.account = newAccount({ picture });
    const { user } = await signInBy(gateway, provider);
    const jobs = await gateway.database.sql(
      `select data from pgboss.job where name = 'fetch-avatar' and data->>'userId' = $1`,
      [user.id],
    );
    expect(jobs).toEqual([{ data: { userId: user.id, url: picture } }]);
    await signInBy(gateway, provider);
    const count = `select count(*)::int as count from pgboss.job where name = 'fetch-avatar' and data->>'userId' = $1`;
    expect(await gateway.database.sql(count, [user.id])).toEqual([{ count: 1 }]);
    const events = await gateway.database.sql(
      `select action, details from audit_events where subject_id = $1 order by seq`,
      [user.id],
    );
    expect(events).toEqual(
      expect.arrayContaining([
        { action: 'openAccount', details: { usernameTaken: false } },
        { action: 'linkIdentity', details: { provider: 'acme' } },
        { action: 'completeProviderSignIn', details: null },
      ]),
    );
  });

  test('has tokens by which it is known that a provider has said so, and nothing more', async () => {
    provider.account = newAccount({ amr: ['pwd', 'mfa', 'hwk'] });
    const { accessToken } = await signInBy(gateway, provider);
    const claims = JSON.parse(Buffer.from(accessToken.split('.')[1], 'base64url').toString());
    expect(claims).toMatchObject({ amr: [], acr: 'urn:sallyport:acr:1' });
  });

  test.each([
    ['a name with a line break', { name: 'Ada\r\nBcc: x@example.com' }],
    ['a name of 5000 characters', { name: 'a'.repeat(5000) }],
    ['a name that is an array', { name: ['Ada'] }],
    ['a language that is none', { locale: '<script>' }],
    ['a language that is a number', { locale: 4 }],
  ])('with %s opens the account all the same', async (_, odd) => {
    provider.account = newAccount(odd);
    const { user } = await signInBy(gateway, provider);
    expect(user.email).toBe(provider.account.email);
  });
});

describe('the same identity', () => {
  test('signs in the same account, whatever becomes of the address at the provider, and keeps the latest profile', async () => {
    const account = newAccount();
    provider.account = account;
    const first = await signInBy(gateway, provider);
    gateway.clock.advance(60_000);
    const changed = newAccount();
    for (const now of [
      { ...account, email: changed.email, name: 'Ada King' },
      { ...account, email: changed.email, email_verified: false },
      { ...account, email: undefined, email_verified: undefined },
    ]) {
      provider.account = now;
      const { user, accessToken } = await signInBy(gateway, provider);
      expect(user).toMatchObject({ id: first.user.id, email: account.email });
      const [identity] = await identitiesOf(gateway, accessToken);
      expect(identity!.email).toBe(now.email ?? null);
      expect(Date.parse(identity!.lastUsedAt!)).toBeGreaterThan(Date.parse(identity!.createdAt));
    }
  });

  test('of a deleted account opens another one, as its address does', async () => {
    const account = newAccount();
    provider.account = account;
    const first = await signInBy(gateway, provider);
    await gateway.database.sql('update users set deleted_at = now() where id = $1', [first.user.id]);
    const second = await signInBy(gateway, provider);
    expect(second.user.email).toBe(account.email);
    expect(second.user.id).not.toBe(first.user.id);
  });

  test('of a suspended account does not sign in', async () => {
    provider.account = newAccount();
    const { user } = await signInBy(gateway, provider);
    await gateway.database.sql('update users set suspended_at = now() where id = $1', [user.id]);
    expectCode(await complete(gateway, await returned(gateway, provider)), 'ACCOUNT_SUSPENDED');
  });
});

describe('a code', () => {
  test('works once, also of eight at the same time', async () => {
    provider.account = newAccount();
    await signInBy(gateway, provider);
    const given = await returned(gateway, provider);
    const answers = await Promise.all(Array.from({ length: 8 }, () => complete(gateway, given)));
    expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
    for (const answer of answers.filter(({ errors }) => errors.length > 0)) expectCode(answer, 'CHALLENGE_EXPIRED');
    expectCode(await complete(gateway, given), 'CHALLENGE_EXPIRED');
  });

  test('opens one account, also of eight at the same time', async () => {
    const account = newAccount();
    provider.account = account;
    const given = await returned(gateway, provider);
    const answers = await Promise.all(Array.from({ length: 8 }, () => complete(gateway, given)));
    expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
    for (const answer of answers.filter(({ errors }) => errors.length > 0)) expectCode(answer, 'CHALLENGE_EXPIRED');
    expect(await gateway.database.sql('select from users where email = $1', [account.email])).toHaveLength(1);
  });

  test('is worth nothing without its verifier, and is not used up by who guesses', async () => {
    provider.account = newAccount();
    const { code, codeVerifier } = await returned(gateway, provider);
    for (let count = 0; count < 20; count += 1)
      expectCode(await complete(gateway, { code, codeVerifier: newVerifier().codeVerifier }), 'CHALLENGE_EXPIRED');
    expect((await complete(gateway, { code, codeVerifier })).errors).toEqual([]);
  });

  test('is worth nothing to who started another sign-in', async () => {
    provider.account = newAccount();
    const [mine, theirs] = [await returned(gateway, provider), await returned(gateway, provider)];
    expectCode(await complete(gateway, { ...theirs, codeVerifier: mine.codeVerifier }), 'CHALLENGE_EXPIRED');
  });

  test('expires after a minute', async () => {
    provider.account = newAccount();
    const given = await returned(gateway, provider);
    gateway.clock.advance(60_000);
    expectCode(await complete(gateway, given), 'CHALLENGE_EXPIRED');
  });

  test.each(['', 'plain', 'x'.repeat(42), 'x'.repeat(129), `${'x'.repeat(42)}=`])(
    'with the verifier %j is not judged',
    async (codeVerifier) => {
      expectCode(await complete(gateway, { code: 'x', codeVerifier }), 'BAD_USER_INPUT');
    },
  );

  test('that is wrong is limited by address, and a right one is not', async () => {
    const strict = await gateway.replica({
      LIMITS_FACTOR: '0.05',
      REDIS_URL: '',
    });
    const wrong = () => complete(strict, { code: 'x', codeVerifier: 'x'.repeat(43) });
    expectCode(await wrong(), 'CHALLENGE_EXPIRED');
    expectCode(await wrong(), 'CHALLENGE_EXPIRED');
    provider.account = newAccount();
    expect((await complete(strict, await returned(gateway, provider))).errors).toEqual([]);
    expectCode(await wrong(), 'CHALLENGE_EXPIRED');
    expectCode(await wrong(), 'RATE_LIMITED');
  });
});

test('two sign-ins of one new person at once open one account', async () => {
  const account = newAccount();
  provider.account = account;
  const codes = [];
  for (let count = 0; count < 4; count += 1) codes.push(await returned(gateway, provider));
  const answers = await Promise.all(codes.map((given) => complete(gateway, given)));
  const ids = answers.map(({ data }) => data?.completeProviderSignIn?.user?.id);
  expect(ids.every(Boolean)).toBe(true);
  expect(new Set(ids).size).toBe(1);
});

test('with registration closed, no account is opened, and existing users sign in', async () => {
  const closed = await gateway.replica({ REGISTRATION: 'closed' });
  provider.account = newAccount();
  expectCode(await complete(closed, await returned(closed, provider)), 'REGISTRATION_CLOSED');
  await signInBy(gateway, provider);
  expect((await signInBy(closed, provider)).user.email).toBe(provider.account.email);
});

test('a provider that sends no address is refused in a sentence that says so', async () => {
  provider.account = newAccount({ email: undefined, email_verified: undefined });
  const answer = await complete(gateway, await returned(gateway, provider));
  expectCode(answer, 'PROVIDER_FAILED');
  expect(answer.errors[0]!.message).toContain('e-mail address');
});

test('the refresh token can come as a cookie', async () => {
  provider.account = newAccount();
  const input = { ...(await returned(gateway, provider)), tokenDelivery: 'COOKIE' };
  const browser = gateway.browser();
  const { data } = await browser.gql(COMPLETE_PROVIDER_SIGN_IN, { input });
  expect(data!.completeProviderSignIn.refreshToken).toBeNull();
  expect(browser.cookie('sallyport-refresh')).toBeTruthy();
});

test('PUBLIC_URL may have a path, which a proxy strips', async () => {
  const under = await startWithProvider({ PUBLIC_URL: 'http://localhost:4000/auth' });
  under.provider.account = newAccount();
  expect((await signInBy(under.gateway, under.provider)).user.email).toBe(under.provider.account.email);
});

test('what came of sign-ins is counted', async () => {
  const text = await (await gateway.http('/metrics')).text();
  expect(text).toMatch(/sallyport_provider_sign_ins_total\{provider="acme",outcome="signed_in"\} [1-9]/);
  expect(text).toMatch(/sallyport_provider_sign_ins_total\{provider="acme",outcome="opened"\} [1-9]/);
});

test('a provider of another make ends the sessions that began with it', async () => {
  const account = (provider.account = newAccount());
  const { accessToken: token } = await signInBy(gateway, provider);
  await provider.signOut(account.sub, gateway.url);
  expectCode(await gateway.gql('{ me { id } }', {}, { token }), 'TOKEN_REVOKED');
});
