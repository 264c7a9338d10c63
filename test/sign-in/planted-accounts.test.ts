import { beforeAll, describe, expect, test } from '@jest/globals';
import { claimsOf } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { answerWith, LOGIN_STEP, personWithTotp, RESET_USER_FACTORS, totp } from '../support/factors.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { signInByPasskey, withPasskey } from '../support/passkeys.js';
import { admin, LOGIN, ME, newEmail, REFRESH, REGISTER, VERIFY_OTP } from '../support/people.js';
import {
  askReset,
  askSignInCode,
  happened,
  NEW_PASSWORD,
  REQUEST_SIGN_IN_CODE,
  RESET_PASSWORD,
} from '../support/recovery.js';
import { newName, OTHER_PASSWORD, strangerAt } from '../support/registrations.js';

// Pre-hijacking: a stranger opens, or registers, an account with an address that is not theirs, and waits for its owner.

let gateway: TestGateway;
let optional: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
  optional = await gateway.replica({ EMAIL_VERIFICATION: 'optional' });
});

const { register, login } = strangerAt(() => gateway);
const verify = (input: object, at = gateway) => at.gql(VERIFY_OTP, { input });
const resetOf = async (email: string) => {
  gateway.mailbox.forget();
  return { input: { ...(await askReset(optional, email)), newPassword: NEW_PASSWORD } };
};
const RESET_STEP = RESET_PASSWORD.replace('...SignedIn', '...SignedIn\n ... on ChallengeRequired { purpose }');

describe('the owner of an address, who signs in by a code,', () => {
  test('opens the account without what a stranger has registered, in whatever order both ask', async () => {
    for (const strangerFirst of [true, false]) {
      const [email, username] = [newEmail(), newName()];
      const registers = () => register({ email, username, displayName: 'Mallory' });
      if (strangerFirst) await registers();
      const answer = await askSignInCode(gateway, email);
      if (!strangerFirst) await registers();
      const { data } = await verify(answer);
      expect(data!.verifyOtp).toMatchObject({ __typename: 'SignedIn', user: { email, username: null } });
      const ME_ALL = '{ me { displayName hasPassword } }';
      const { me } = await gateway.ask(ME_ALL, {}, { token: data!.verifyOtp.accessToken });
      expect(me).toEqual({ displayName: null, hasPassword: false });
      expectCode(await login(email), 'INVALID_CREDENTIALS');
    }
  });

  test('takes an unverified account from the stranger who opened it: password and sessions are gone', async () => {
    const email = newEmail();
    await optional.ask(REGISTER, { input: { email, password: OTHER_PASSWORD } });
    const input = { identifier: email, password: OTHER_PASSWORD };
    const stranger = (await optional.ask(LOGIN, { input })).login;
    expect(stranger.__typename).toBe('SignedIn');
    const replica = await gateway.replica();
    await replica.ask(ME, {}, { token: stranger.accessToken });

    const { data } = await verify(await askSignInCode(optional, email), optional);
    expect(data!.verifyOtp.user).toMatchObject({ id: stranger.user.id, emailVerified: true });
    expectCode(await replica.gql(ME, {}, { token: stranger.accessToken }), 'TOKEN_REVOKED');
    expectCode(await gateway.gql(REFRESH, { input: { refreshToken: stranger.refreshToken } }), 'REFRESH_TOKEN_INVALID');
    expectCode(await optional.gql(LOGIN, { input }), 'INVALID_CREDENTIALS');
    await replica.ask(ME, {}, { token: data!.verifyOtp.accessToken });
    expect(await happened(gateway, stranger.user.id)).toContain('takeOverAccount');
    // Verified from now on: the next code takes nothing.
    const again = await verify(await askSignInCode(optional, email), optional);
    expect(again.errors).toEqual([]);
    await replica.ask(ME, {}, { token: data!.verifyOtp.accessToken });
  });

  test('does not get past a second factor, be it a stranger’s, but the password and the sessions are gone', async () => {
    const email = newEmail();
    await optional.ask(REGISTER, { input: { email, password: OTHER_PASSWORD } });
    const input = { identifier: email, password: OTHER_PASSWORD };
    const { login: first } = await optional.ask(LOGIN, { input });
    await gateway.database.sql(
      `insert into totp_factors (id, user_id, name, secret, last_step, created_at)
       values (gen_random_uuid(), $1, 'Planted', '', 0, now())`,
      [first.user.id],
    );
    const { data } = await verify(await askSignInCode(optional, email), optional);
    expect(data!.verifyOtp).toMatchObject({ __typename: 'ChallengeRequired', purpose: 'SECOND_FACTOR' });
    expectCode(await optional.gql(ME, {}, { token: first.accessToken }), 'TOKEN_REVOKED');
    expectCode(await optional.gql(LOGIN, { input }), 'INVALID_CREDENTIALS');
  });

  test.each([
    [
      'a sign-in code',
      async (email: string) => (await verify(await askSignInCode(optional, email), optional)).data!.verifyOtp,
    ],
    ['a reset', async (email: string) => (await optional.ask(RESET_STEP, await resetOf(email))).resetPassword],
    [
      'the page of a reset',
      async (email: string) => {
        const { challengeToken: challenge, code, newPassword } = (await resetOf(email)).input;
        const body = new URLSearchParams({ challenge, code, newPassword });
        const headers = { 'sec-fetch-site': 'same-origin' };
        expect((await optional.http('/reset-password', { method: 'POST', headers, body })).status).toBe(200);
        return (await optional.ask(LOGIN_STEP, { input: { identifier: email, password: newPassword } })).login;
      },
    ],
    [
      'a reset and the code of the sign-in after it, where each address must be verified',
      async (email: string) => {
        const reset = await resetOf(email);
        await optional.ask(RESET_STEP, reset);
        const login = { identifier: email, password: reset.input.newPassword };
        const { challengeToken, purpose } = (await gateway.ask(LOGIN_STEP, { input: login })).login;
        expect(purpose).toBe('VERIFY_EMAIL');
        return (await verify({ challengeToken, code: await gateway.mailbox.codeFor(email, 'sign-in-code') })).data!
          .verifyOtp;
      },
    ],
  ])('verifies by %s no account that a stranger gets into by a passkey', async (_, byMail) => {
    const email = newEmail();
    await optional.ask(REGISTER, { input: { email, password: OTHER_PASSWORD } });
    const { login: first } = await optional.ask(LOGIN, { input: { identifier: email, password: OTHER_PASSWORD } });
    const passkey = await withPasskey(optional, first);
    expect(await byMail(email)).toMatchObject({ __typename: 'ChallengeRequired', purpose: 'SECOND_FACTOR' });

    const stranger = (await signInByPasskey(optional, passkey)).data!.verifyPasskey;
    expect(stranger).toMatchObject({ __typename: 'SignedIn', user: { id: first.user.id, emailVerified: false } });
    expect(claimsOf(stranger.accessToken)).toMatchObject({ email_verified: false });
    const { data } = await signInByPasskey(gateway, passkey);
    expect(data!.verifyPasskey).toMatchObject({ __typename: 'ChallengeRequired', purpose: 'VERIFY_EMAIL' });

    const { accessToken: token } = await admin(gateway);
    await gateway.ask(RESET_USER_FACTORS, { input: { userId: first.user.id } }, { token });
    const owner = (await verify(await askSignInCode(optional, email), optional)).data!.verifyOtp;
    expect(owner).toMatchObject({ __typename: 'SignedIn', user: { id: first.user.id, emailVerified: true } });
    expectCode(await signInByPasskey(optional, passkey), 'INVALID_PASSKEY');
  });
});

test('an owner whose account has a second factor verifies its address by a code and that', async () => {
  const ada = await personWithTotp(gateway);
  await gateway.database.sql('update users set email_verified_at = null where id = $1', [ada.id]);
  const code = (await verify(await askSignInCode(gateway, ada.email))).data!.verifyOtp;
  expect(code).toMatchObject({ __typename: 'ChallengeRequired', purpose: 'SECOND_FACTOR' });
  const { data } = await answerWith(gateway, code.challengeToken, totp(gateway, ada.secret));
  expect(data!.verifyOtp).toMatchObject({ __typename: 'SignedIn', user: { id: ada.id, emailVerified: true } });
  expect(claimsOf(data!.verifyOtp.accessToken)).toMatchObject({ email_verified: true, amr: ['otp', 'mfa'] });
});

describe('a stranger who requests a sign-in code', () => {
  test('takes nothing from a registration: its password still leads to its code', async () => {
    const email = newEmail();
    const { register: registered } = (await register({ email })).data!;
    const code = await gateway.mailbox.codeFor(email, 'verify-email');
    await gateway.ask(REQUEST_SIGN_IN_CODE, { input: { email } });
    expect((await login(email)).data!.login).toMatchObject({ purpose: 'VERIFY_EMAIL' });
    // `login` has sent a newer code of the same kind; the sign-in code has not replaced it.
    const { challengeToken } = registered;
    expectCode(await verify({ challengeToken, code }), 'CHALLENGE_EXPIRED');
    const { login: newer } = (await login(email)).data!;
    await gateway.ask(REQUEST_SIGN_IN_CODE, { input: { email } });
    const newest = gateway.mailbox.all.findLast(({ to, template }) => to === email && template === 'sign-in-code');
    const { data } = await verify({ challengeToken: newer.challengeToken, code: newest!.code });
    expect(data!.verifyOtp.__typename).toBe('SignedIn');
    expect((await login(email)).data!.login.__typename).toBe('SignedIn');
  });

  test('has no use for the mail of the owner’s own request', async () => {
    const email = newEmail();
    const { requestSignInCode } = await gateway.ask(REQUEST_SIGN_IN_CODE, { input: { email } });
    const { code } = await askSignInCode(gateway, email);
    expectCode(await verify({ challengeToken: requestSignInCode.challengeToken, code }), 'CHALLENGE_EXPIRED');
  });
});
