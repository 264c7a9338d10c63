import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import type { TestGateway } from '../../support/gateway.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { CHALLENGE, LOGIN, newEmail, registeredPerson, VERIFY_OTP } from '../../support/people.js';
import { complete, identitiesOf, returned, signInBy } from '../../support/provider-flow.js';
import { AUTHORITATIVE, newAccount, startWithProvider } from '../../support/provider-gateway.js';

let gateway: TestGateway;
let provider: OpenIdProvider;
let believing: TestGateway;
beforeAll(async () => {
  ({ gateway, provider } = await startWithProvider({ PROVIDER_ACME_TRUST_EMAIL: 'off' }));
  believing = await gateway.replica(AUTHORITATIVE);
});

const accountOf = (email: string, given: object = {}) => (provider.account = newAccount({ email, ...given }));
const login = (input: object, at = gateway) => at.gql(LOGIN, { input });
const verify = (challengeToken: string, code: string, at = gateway) =>
  at.gql(VERIFY_OTP, { input: { challengeToken, code } });
const linkedTo = (userId: string) =>
  gateway.database.sql<{ subject: string }>('select subject from identities where user_id = $1', [userId]);

describe('an address that the provider has not verified', () => {
  test.each([
    ['false', false],
    ['absent', undefined],
    ['"false"', 'false'],
    ['1', 1],
    ['"TRUE"', 'TRUE'],
    ['["true"]', ['true']],
  ])('(email_verified: %s) never signs in as its owner, in capitals either', async (_, email_verified) => {
    const ada = await registeredPerson(gateway);
    for (const email of [ada.email, ada.email.toUpperCase()]) {
      accountOf(email, { email_verified });
      const challenge = await signInBy(believing, provider);
      expect(challenge).toMatchObject({ purpose: 'LINK_IDENTITY', methods: ['EMAIL_CODE'] });
      expect(await linkedTo(ada.id)).toEqual([]);
      const { challengeToken } = challenge;
      expectCode(await login({ identifier: ada.email, password: ada.password, challengeToken }), 'CHALLENGE_EXPIRED');
    }
  });

  test.each([
    ['not verified', false],
    ['verified, and its word does not count', true],
  ])('(%s) is asked for in the same way whether or not it has an account', async (_, email_verified) => {
    const known = await registeredPerson(gateway);
    const unverified = (await registeredPerson(gateway)).email;
    await gateway.database.sql('update users set email_verified_at = null where email = $1', [unverified]);
    const answers: { shape: object; rows: number[] }[] = [];
    for (const email of [known.email, unverified, newEmail()]) {
      accountOf(email, { email_verified });
      const before = await counts();
      const challenge = await signInBy(gateway, provider);
      const after = await counts();
      const { challengeToken, sentTo, expiresAt, resendAfter, ...shape } = challenge;
      expect(Date.parse(expiresAt) - Date.parse(resendAfter)).toBe(570_000);
      expect(challengeToken).toHaveLength(32);
      expect(sentTo).toBe(`${email[0]}•••@example.com`);
      answers.push({ shape, rows: after.map((count, index) => count - before[index]!) });
    }
    expect(answers).toEqual(answers.map(() => answers[0]));
    expect(answers[0]!.shape).toMatchObject({ purpose: 'LINK_IDENTITY', methods: ['EMAIL_CODE'] });
  });

  test.each([false, true])(
    '(%s) that has no account opens one by the code, which links the identity',
    async (email_verified) => {
      const email = newEmail();
      accountOf(email, { email_verified });
      const { challengeToken } = await signInBy(gateway, provider);
      const { data } = await verify(challengeToken, await gateway.mailbox.codeFor(email, 'link-identity-code'));
      const { accessToken, user } = data!.verifyOtp;
      expect(user).toMatchObject({ email, emailVerified: true });
      expect(await identitiesOf(gateway, accessToken)).toHaveLength(1);
      const { me } = await gateway.ask('{ me { displayName hasPassword } }', {}, { token: accessToken });
      expect(me).toEqual({ displayName: 'Ada Lovelace', hasPassword: false });
      expect((await signInBy(gateway, provider)).user.id).toBe(user.id);
      // Nobody is told of a way to sign in that they have just opened the account with.
      const told = await gateway.database.sql('select template from mails where recipient = $1', [email]);
      expect(told).toEqual([{ template: 'link-identity-code' }]);
    },
  );

  test('of an account is linked by the code', async () => {
    const ada = await registeredPerson(gateway);
    accountOf(ada.email, { email_verified: false });
    const { challengeToken } = await signInBy(gateway, provider);
    const { data } = await verify(challengeToken, await gateway.mailbox.codeFor(ada.email, 'link-identity-code'));
    expect(data!.verifyOtp.user.id).toBe(ada.id);
    expect(await linkedTo(ada.id)).toHaveLength(1);
    // The account has the password that it had: the owner has verified the address before.
    expect((await login({ identifier: ada.email, password: ada.password })).errors).toEqual([]);
  });

  test('of a suspended account, and with registration closed of none, is sent no mail, and no code is right', async () => {
    const closed = await gateway.replica({ REGISTRATION: 'closed' });
    const ada = await registeredPerson(gateway);
    await gateway.database.sql('update users set suspended_at = now() where id = $1', [ada.id]);
    for (const email of [ada.email, newEmail()]) {
      accountOf(email, { email_verified: false });
      const challenge = await signInBy(closed, provider);
      expect(challenge).toMatchObject({ purpose: 'LINK_IDENTITY', methods: ['EMAIL_CODE'] });
      expectCode(await verify(challenge.challengeToken, '1234567'), 'INVALID_CODE');
      expect(
        gateway.mailbox.all.filter(({ to, template }) => to === email && template === 'link-identity-code'),
      ).toEqual([]);
    }
  });

  test('is no more of another sign-in by the same challenge: a code is mailed again by resendOtp', async () => {
    const email = newEmail();
    accountOf(email, { email_verified: false });
    const { challengeToken } = await signInBy(gateway, provider);
    const first = await gateway.mailbox.codeFor(email, 'link-identity-code');
    gateway.clock.advance(31_000);
    gateway.mailbox.forget();
    const resend = `mutation ($input: ResendOtpInput!) { resendOtp(input: $input) { ...Challenge } } ${CHALLENGE}`;
    const { resendOtp } = await gateway.ask(resend, { input: { challengeToken } });
    expect(resendOtp.purpose).toBe('LINK_IDENTITY');
    const second = await gateway.mailbox.codeFor(email, 'link-identity-code');
    if (first !== second) expectCode(await verify(challengeToken, first), 'INVALID_CODE');
    expect((await verify(challengeToken, second)).errors).toEqual([]);
  });
});

test('asking again and again for one address is limited, as requestSignInCode is', async () => {
  const strict = await gateway.replica({ LIMITS_FACTOR: '0.4', REDIS_URL: '' });
  const email = newEmail();
  const codes = [];
  for (let count = 0; count < 3; count += 1) {
    accountOf(email, { email_verified: false });
    codes.push(await complete(strict, await returned(gateway, provider)));
  }
  expect(codes.map(({ errors }) => errors[0]?.extensions.code)).toEqual([undefined, undefined, 'RATE_LIMITED']);
});

/** Rows of every table that a question to an address writes. */
async function counts(): Promise<number[]> {
  const tables = ['challenges', 'pending_registrations', 'mails', 'identities', 'users', 'provider_attempts'];
  const found = [];
  for (const table of tables)
    found.push(Number((await gateway.database.sql<{ count: string }>(`select count(*) from ${table}`))[0]!.count));
  return found;
}
