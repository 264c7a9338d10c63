import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { STEP, totp, personWithTotp } from '../../support/factors.js';
import type { TestGateway } from '../../support/gateway.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { ORIGIN, VERIFY_PASSKEY, withPasskey } from '../../support/passkeys.js';
import {
  LOGIN,
  newEmail,
  REGISTER,
  registeredPerson,
  signedInPerson,
  STRONG_PASSWORD,
  VERIFY_OTP,
} from '../../support/people.js';
import { identitiesOf, signInBy } from '../../support/provider-flow.js';
import { AUTHORITATIVE, newAccount, startWithProvider } from '../../support/provider-gateway.js';

let gateway: TestGateway;
let provider: OpenIdProvider;
let believing: TestGateway;
beforeAll(async () => {
  ({ gateway, provider } = await startWithProvider());
  believing = await gateway.replica(AUTHORITATIVE);
});

const accountOf = (email: string, given: object = {}) => (provider.account = newAccount({ email, ...given }));
const login = (input: object, at = gateway) => at.gql(LOGIN, { input });
const RESEND_OTP = 'mutation ($input: ResendOtpInput!) { resendOtp(input: $input) { purpose } }';
const verify = (challengeToken: string, code: string, at = gateway) =>
  at.gql(VERIFY_OTP, { input: { challengeToken, code } });
const linkedTo = (userId: string) =>
  gateway.database.sql<{ subject: string }>('select subject from identities where user_id = $1', [userId]);

describe('where the provider is believed for the address, and both sides have verified it', () => {
  test('the identity is linked without a question, and the owner gets a mail', async () => {
    const ada = await registeredPerson(gateway);
    accountOf(ada.email);
    const { user, accessToken } = await signInBy(believing, provider);
    expect(user.id).toBe(ada.id);
    expect(await identitiesOf(gateway, accessToken)).toHaveLength(1);
    const mail = await gateway.mailbox.lastTo(ada.email, 'identity-linked');
    expect(mail.text).toContain('Acme');
  });

  test('a second factor is asked for, and the link waits for it', async () => {
    const ada = await personWithTotp(gateway);
    accountOf(ada.email, { amr: ['mfa'] });
    const challenge = await signInBy(
      await gateway.replica({ ...AUTHORITATIVE, PROVIDER_ACME_TRUST_AMR: 'on' }),
      provider,
    );
    expect(challenge).toMatchObject({ purpose: 'SECOND_FACTOR' });
    expect(await linkedTo(ada.id)).toEqual([]);
    const { data } = await verify(challenge.challengeToken, totp(gateway, ada.secret));
    expect(data!.verifyOtp.user.id).toBe(ada.id);
    expect(await linkedTo(ada.id)).toHaveLength(1);
    await gateway.mailbox.lastTo(ada.email, 'identity-linked');
  });
});

describe('an account that has the address', () => {
  test('is not signed in to by it: it must be shown to be the user’s', async () => {
    const ada = await registeredPerson(gateway);
    accountOf(ada.email);
    const challenge = await signInBy(gateway, provider);
    expect(challenge).toMatchObject({ purpose: 'LINK_IDENTITY', methods: ['PASSWORD', 'EMAIL_CODE'], codeLength: 7 });
    expect(await linkedTo(ada.id)).toEqual([]);
    const { text } = await gateway.mailbox.lastTo(ada.email, 'link-identity-code');
    expect(text).not.toContain('http');
  });

  test('of a suspended user is asked for alike, and no mail is sent, nor sent again', async () => {
    const [ada, suspended] = [await registeredPerson(gateway), await registeredPerson(gateway)];
    await gateway.database.sql('update users set suspended_at = now() where id = $1', [suspended.id]);
    const answers = [];
    for (const { email } of [ada, suspended]) {
      accountOf(email);
      const { challengeToken, expiresAt, resendAfter, ...shape } = await signInBy(gateway, provider);
      expect(Date.parse(expiresAt) - Date.parse(resendAfter)).toBe(570_000);
      expectCode(await verify(challengeToken, '0000000'), 'INVALID_CODE');
      answers.push(shape);
      gateway.clock.advance(31_000);
      const { errors } = await gateway.gql(RESEND_OTP, { input: { challengeToken } });
      expect(errors).toEqual([]);
    }
    expect(answers[1]).toEqual(answers[0]);
    const mails = await gateway.database.sql<{ recipient: string }>(
      `select recipient from mails where template = 'link-identity-code' and recipient = any($1)`,
      [[ada.email, suspended.email]],
    );
    expect(mails.map(({ recipient }) => recipient)).toEqual([ada.email, ada.email]);
  });

  test('is shown by a code', async () => {
    const ada = await registeredPerson(gateway);
    accountOf(ada.email);
    const { challengeToken } = await signInBy(gateway, provider);
    const wrong = await verify(challengeToken, '0000000');
    expectCode(wrong, 'INVALID_CODE');
    const code = await gateway.mailbox.codeFor(ada.email, 'link-identity-code');
    const { data } = await verify(challengeToken, code);
    expect(data!.verifyOtp.user.id).toBe(ada.id);
    expect(await linkedTo(ada.id)).toEqual([{ subject: provider.account!.sub }]);
    await gateway.mailbox.lastTo(ada.email, 'identity-linked');
    expect((await signInBy(gateway, provider)).user.id).toBe(ada.id);
  });

  test('is shown by the password; a wrong one does not use the challenge up', async () => {
    const ada = await registeredPerson(gateway);
    accountOf(ada.email);
    const { challengeToken } = await signInBy(gateway, provider);
    const answer = { identifier: ada.email, password: ada.password, challengeToken };
    expectCode(await login({ ...answer, password: 'not the password of anybody' }), 'INVALID_CREDENTIALS');
    const { data } = await login({ ...answer, identifier: ada.username });
    expect(data!.login.user.id).toBe(ada.id);
    expect(await linkedTo(ada.id)).toHaveLength(1);
    const [session] = await gateway.database.sql<{ methods: string[] }>(
      'select authentication_methods as methods from sessions where id = $1',
      [data!.login.session.id],
    );
    expect(session!.methods).toEqual(['IDENTITY_PROVIDER', 'PASSWORD']);
    expectCode(await login(answer), 'CHALLENGE_EXPIRED');
  });

  test('is not shown by the password of another account', async () => {
    const [ada, eve] = [await registeredPerson(gateway), await registeredPerson(gateway)];
    accountOf(ada.email);
    const { challengeToken } = await signInBy(gateway, provider);
    expectCode(await login({ identifier: eve.email, password: eve.password, challengeToken }), 'CHALLENGE_EXPIRED');
    expect([...(await linkedTo(ada.id)), ...(await linkedTo(eve.id))]).toEqual([]);
    expect((await login({ identifier: ada.email, password: ada.password, challengeToken })).errors).toEqual([]);
  });

  test('is proved by a passkey, and which ones it has is not revealed', async () => {
    const ada = await signedInPerson(gateway);
    const authenticator = await withPasskey(gateway, ada);
    accountOf(ada.email);
    const { challengeToken, methods, passkeyOptions } = await signInBy(gateway, provider);
    expect(methods).toEqual(['PASSWORD', 'PASSKEY', 'EMAIL_CODE']);
    expect(passkeyOptions).toMatchObject({ allowCredentials: [] });
    const eve = await signedInPerson(gateway);
    const other = await withPasskey(gateway, eve);
    const by = (credential: object) => gateway.gql(VERIFY_PASSKEY, { input: { challengeToken, credential } });
    expectCode(await by(other.sign(passkeyOptions)), 'INVALID_PASSKEY');
    const { data } = await by(authenticator.sign(passkeyOptions));
    expect(data!.verifyPasskey.user.id).toBe(ada.id);
    expect(await linkedTo(ada.id)).toHaveLength(1);
    expect(await linkedTo(eve.id)).toEqual([]);
    expect(ORIGIN).toBe(gateway.config.publicUrl);
  });

  test.each(['password', 'code'])('with a second factor is not linked by the %s alone', async (by) => {
    const ada = await personWithTotp(gateway);
    accountOf(ada.email);
    const { challengeToken } = await signInBy(gateway, provider);
    const answer =
      by === 'password'
        ? await login({ identifier: ada.email, password: ada.password, challengeToken })
        : await verify(challengeToken, await gateway.mailbox.codeFor(ada.email, 'link-identity-code'));
    const next = (answer.data!.login ?? answer.data!.verifyOtp) as { purpose: string; challengeToken: string };
    expect(next.purpose).toBe('SECOND_FACTOR');
    expect(await linkedTo(ada.id)).toEqual([]);
    const { data } = await verify(next.challengeToken, totp(gateway, ada.secret));
    expect(data!.verifyOtp.user.id).toBe(ada.id);
    expect(await linkedTo(ada.id)).toHaveLength(1);
    gateway.clock.advance(STEP);
  });

  test('is linked by one of two that answer at once', async () => {
    const ada = await registeredPerson(gateway);
    accountOf(ada.email);
    const { challengeToken } = await signInBy(gateway, provider);
    const code = await gateway.mailbox.codeFor(ada.email, 'link-identity-code');
    const answers = await Promise.all([
      verify(challengeToken, code),
      login({ identifier: ada.email, password: ada.password, challengeToken }),
      verify(challengeToken, code),
    ]);
    expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
    expect(await linkedTo(ada.id)).toHaveLength(1);
  });

  test('is linked no more once its password has changed, or it is suspended', async () => {
    const ada = await registeredPerson(gateway);
    accountOf(ada.email);
    const { challengeToken } = await signInBy(gateway, provider);
    const code = await gateway.mailbox.codeFor(ada.email, 'link-identity-code');
    await gateway.database.sql('update passwords set changed_at = now() where user_id = $1', [ada.id]);
    expectCode(await verify(challengeToken, code), 'CHALLENGE_EXPIRED');
    const again = await signInBy(gateway, provider);
    await gateway.database.sql('update users set suspended_at = now() where id = $1', [ada.id]);
    expectCode(await verify(again.challengeToken, await gateway.mailbox.codeFor(ada.email)), 'CHALLENGE_EXPIRED');
    expect(await linkedTo(ada.id)).toEqual([]);
  });

  test('does not get an identity that another account has meanwhile', async () => {
    const [ada, eve] = [await registeredPerson(gateway), await registeredPerson(gateway)];
    const account = accountOf(ada.email);
    const { challengeToken } = await signInBy(gateway, provider);
    const code = await gateway.mailbox.codeFor(ada.email, 'link-identity-code');
    await gateway.database.sql(
      `insert into identities (id, user_id, provider, issuer, subject, created_at) values (gen_random_uuid(), $1, 'acme', $2, $3, now())`,
      [eve.id, provider.issuer, account.sub],
    );
    expectCode(await verify(challengeToken, code), 'IDENTITY_TAKEN');
  });
});

describe('an account whose address was never verified here', () => {
  test('is its owner’s by the code alone, and what a stranger has planted goes: password, identities, sessions', async () => {
    const optional = await gateway.replica({ EMAIL_VERIFICATION: 'optional' });
    const email = newEmail('victim');
    // The stranger opens an account with the address of the victim, and links an identity of their own.
    await optional.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
    const planted = await login({ identifier: email, password: STRONG_PASSWORD }, optional);
    const { accessToken, user } = planted.data!.login;
    await gateway.database.sql(
      `insert into identities (id, user_id, provider, issuer, subject, created_at) values (gen_random_uuid(), $1, 'acme', $2, 'the stranger', now())`,
      [user.id, provider.issuer],
    );
    accountOf(email);
    const challenge = await signInBy(
      await gateway.replica({ ...AUTHORITATIVE, EMAIL_VERIFICATION: 'optional' }),
      provider,
    );
    expect(challenge).toMatchObject({ purpose: 'LINK_IDENTITY', methods: ['EMAIL_CODE'] });
    const { challengeToken } = challenge;
    expectCode(
      await login({ identifier: email, password: STRONG_PASSWORD, challengeToken }, optional),
      'CHALLENGE_EXPIRED',
    );
    const { data } = await verify(challengeToken, await gateway.mailbox.codeFor(email, 'link-identity-code'));
    expect(data!.verifyOtp.user).toMatchObject({ id: user.id, emailVerified: true });
    expect(await linkedTo(user.id)).toEqual([{ subject: provider.account!.sub }]);
    expectCode(await login({ identifier: email, password: STRONG_PASSWORD }, optional), 'INVALID_CREDENTIALS');
    expectCode(await optional.gql('{ me { id } }', {}, { token: accessToken }), 'TOKEN_REVOKED');
  });
});

test('a registration that is pending does not count: neither its password nor its name', async () => {
  const email = newEmail('victim');
  await gateway.ask(REGISTER, { input: { email, password: STRONG_PASSWORD, displayName: 'Mallory' } });
  accountOf(email);
  const { accessToken } = await signInBy(gateway, provider);
  const { me } = await gateway.ask('{ me { displayName hasPassword } }', {}, { token: accessToken });
  expect(me).toEqual({ displayName: 'Ada Lovelace', hasPassword: false });
  expectCode(await login({ identifier: email, password: STRONG_PASSWORD }), 'INVALID_CREDENTIALS');
});
