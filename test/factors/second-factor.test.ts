import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import {
  afterPassword,
  answerWith,
  CONFIRM_TOTP,
  ENROLL_TOTP,
  LOGIN_STEP,
  personWhoMustEnroll,
  personWithTotp,
  STEP,
  totp,
} from '../support/factors.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, ME, REFRESH, VERIFY_OTP } from '../support/people.js';
import { SUSPEND_USER } from '../support/administration.js';
import { askReset, CHANGE_PASSWORD, NEW_PASSWORD, RESET_PASSWORD } from '../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const RESET_STEP = RESET_PASSWORD.replace(
  '...SignedIn',
  '...SignedIn\n ... on ChallengeRequired { challengeToken purpose methods }',
);

describe('a second factor is asked for', () => {
  test('after a reset: the code of the mail and a new password do not sign in', async () => {
    const ada = await personWithTotp(gateway);
    const input = { ...(await askReset(gateway, ada.email)), newPassword: NEW_PASSWORD };
    const { resetPassword } = await gateway.ask(RESET_STEP, { input });
    expect(resetPassword).toMatchObject({ __typename: 'ChallengeRequired', purpose: 'SECOND_FACTOR' });
    const { data } = await answerWith(gateway, resetPassword.challengeToken, totp(gateway, ada.secret));
    expect(data?.verifyOtp.user.id).toBe(ada.id);
  });

  test('after the code that verifies an address which must be verified anew', async () => {
    const ada = await personWithTotp(gateway);
    await gateway.database.sql('update users set email_verified_at = null where id = $1', [ada.id]);
    gateway.mailbox.forget();
    const { challengeToken, purpose } = await afterPassword(gateway, ada);
    expect(purpose).toBe('VERIFY_EMAIL');
    const code = await gateway.mailbox.codeFor(ada.email, 'sign-in-code');
    const { data } = await answerWith(gateway, challengeToken, code);
    expect(data?.verifyOtp).toMatchObject({ __typename: 'ChallengeRequired', purpose: 'SECOND_FACTOR' });
    const signedIn = await answerWith(gateway, data?.verifyOtp.challengeToken, totp(gateway, ada.secret));
    expect(signedIn.data?.verifyOtp.__typename).toBe('SignedIn');
  });

  test('and a mailed code is not one', async () => {
    const ada = await personWithTotp(gateway);
    const { code } = await askReset(gateway, ada.email);
    const { challengeToken } = await afterPassword(gateway, ada);
    expectCode(await answerWith(gateway, challengeToken, code), 'INVALID_CODE');
    expectCode(await answerWith(gateway, challengeToken, code, 'EMAIL_CODE'), 'INVALID_CODE');
  });

  test('by the method that the client names', async () => {
    const ada = await personWithTotp(gateway);
    const { challengeToken } = await afterPassword(gateway, ada);
    const code = totp(gateway, ada.secret);
    expectCode(await answerWith(gateway, challengeToken, code, 'RECOVERY_CODE'), 'INVALID_CODE');
    expect((await answerWith(gateway, challengeToken, code, 'TOTP')).errors).toEqual([]);
  });

  test('with OTP_LENGTH=6 too: the methods of the challenge say what the digits are', async () => {
    const six = await startGateway({ OTP_LENGTH: '6' });
    const ada = await personWithTotp(six);
    const { challengeToken } = await afterPassword(six, ada);
    expect((await answerWith(six, challengeToken, totp(six, ada.secret))).data?.verifyOtp.__typename).toBe('SignedIn');
  });
});

describe('a sign-in that waits for its second factor ends', () => {
  test('when the password is changed in between', async () => {
    const ada = await personWithTotp(gateway);
    const { challengeToken } = await afterPassword(gateway, ada);
    const input = { currentPassword: ada.password, newPassword: NEW_PASSWORD };
    await gateway.ask(CHANGE_PASSWORD, { input }, { token: ada.accessToken });
    expectCode(await answerWith(gateway, challengeToken, totp(gateway, ada.secret)), 'CHALLENGE_EXPIRED');
  });

  test('when the user is suspended in between', async () => {
    const [root, ada] = [await admin(gateway), await personWithTotp(gateway)];
    const { challengeToken } = await afterPassword(gateway, ada);
    await gateway.ask(SUSPEND_USER, { input: { userId: ada.id } }, { token: root.accessToken });
    expectCode(await answerWith(gateway, challengeToken, totp(gateway, ada.secret)), 'CHALLENGE_EXPIRED');
  });

  test('after five wrong codes, whatever number come at once', async () => {
    const ada = await personWithTotp(gateway);
    const { challengeToken } = await afterPassword(gateway, ada);
    const wrong = Array.from({ length: 60 }, (_, n) => totp(gateway, ada.secret, (n + 10) * 30_000));
    const answers = await Promise.all(wrong.map((code) => answerWith(gateway, challengeToken, code)));
    const compared = answers.filter(({ errors }) => errors[0]?.extensions.code === 'INVALID_CODE');
    expect(compared).toHaveLength(5);
    expectCode(await answerWith(gateway, challengeToken, totp(gateway, ada.secret)), 'TOO_MANY_ATTEMPTS');
  });
});

test('guesses at one account are limited over all of its challenges: 20 of 60, from many addresses', async () => {
  const strict = await startGateway({ LIMITS_FACTOR: '1', REDIS_URL: '', TRUST_PROXY: 'loopback' });
  const ada = await personWithTotp(strict);
  const challenges = [];
  for (let n = 0; n < 12; n += 1) challenges.push(await afterPassword(strict, ada));
  const guesses = challenges.flatMap(({ challengeToken }, at) =>
    Array.from({ length: 5 }, (_, n) => ({
      challengeToken,
      code: totp(strict, ada.secret, (at * 5 + n + 10) * 30_000),
    })),
  );
  const VERIFY = 'mutation ($input: VerifyOtpInput!) { verifyOtp(input: $input) { __typename } }';
  const answers = await Promise.all(
    guesses.map((input, n) => strict.gql(VERIFY, { input }, { headers: { 'x-forwarded-for': `198.51.100.${n + 1}` } })),
  );
  const codes = answers.map(({ errors }) => errors[0]?.extensions.code);
  expect(codes.filter((code) => code === 'INVALID_CODE')).toHaveLength(20);
  expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(40);
});

test('by the day too: 100 guesses, also on a device of the owner, and apart from those of strangers', async () => {
  const strict = await startGateway({ LIMITS_FACTOR: '1', REDIS_URL: '', TRUST_PROXY: 'loopback' });
  const ada = await personWithTotp(strict);
  const thief = strict.browser();
  const ask = async (at: Pick<TestGateway, 'gql'>) =>
    (await at.gql(LOGIN_STEP, { input: { identifier: ada.email, password: ada.password } })).data?.login.challengeToken;
  const answer = async (at: Pick<TestGateway, 'gql'>, challengeToken: string, code: string) =>
    (await at.gql(VERIFY_OTP, { input: { challengeToken, code } })).errors[0]?.extensions.code;
  expect(await answer(thief, await ask(thief), totp(strict, ada.secret))).toBeUndefined();
  const codes: (string | undefined)[] = [];
  for (let quarter = 0; quarter < 7; quarter += 1) {
    strict.clock.advance(16 * 60_000);
    for (let challenge = 0; challenge < 4; challenge += 1) {
      const token = await ask(thief);
      const wrong = totp(strict, ada.secret, 10 * STEP);
      for (let guess = 0; guess < 5; guess += 1) codes.push(await answer(thief, token, wrong));
    }
  }
  expect(codes.filter((code) => code === 'INVALID_CODE')).toHaveLength(100);
  expect(codes.slice(100)).toEqual(Array.from({ length: 40 }, () => 'RATE_LIMITED'));
  expect(await answer(strict, await ask(strict), totp(strict, ada.secret))).toBeUndefined();
});

describe('a sign-in that must enrol first', () => {
  const enrollIn = async (challengeToken: string) =>
    (await gateway.ask(ENROLL_TOTP, { input: { challengeToken } })).enrollTotp;
  const confirm = (input: object) => gateway.gql(CONFIRM_TOTP, { input });

  test('enrols an app by its challenge, and is then complete with two factors', async () => {
    const ada = await personWhoMustEnroll(gateway);
    const { challengeToken: signIn, purpose, methods } = await afterPassword(gateway, ada);
    expect([purpose, methods]).toEqual(['ENROLL_FACTOR', ['TOTP', 'PASSKEY']]);
    const { challengeToken, secret } = await enrollIn(signIn);
    const { data, errors } = await confirm({ challengeToken, code: totp(gateway, secret) });
    expect(errors).toEqual([]);
    const { signedIn, recoveryCodes } = data!.confirmTotp;
    expect(recoveryCodes).toHaveLength(10);
    expect(signedIn.user.id).toBe(ada.id);
    expect((await gateway.gql(ME, {}, { token: signedIn.accessToken })).data?.me.id).toBe(ada.id);
    expect((await gateway.gql(REFRESH, { input: { refreshToken: signedIn.refreshToken } })).errors).toEqual([]);
    expect((await afterPassword(gateway, ada)).purpose).toBe('SECOND_FACTOR');
    // Once: neither the enrolment nor the sign-in goes on with what was verified then.
    expectCode(await confirm({ challengeToken, code: totp(gateway, secret) }), 'CHALLENGE_EXPIRED');
    expectCode(await gateway.gql(ENROLL_TOTP, { input: { challengeToken: signIn } }), 'CHALLENGE_EXPIRED');
  });

  test('does so once where two enrolments of it are confirmed at once', async () => {
    const ada = await personWhoMustEnroll(gateway);
    const { challengeToken: signIn } = await afterPassword(gateway, ada);
    const begun = [await enrollIn(signIn), await enrollIn(signIn)];
    const answers = await Promise.all(
      begun.map(({ challengeToken, secret }) => confirm({ challengeToken, code: totp(gateway, secret) })),
    );
    expect(answers.filter(({ data }) => data?.confirmTotp?.signedIn)).toHaveLength(1);
  });

  test('starts no session before: its tokens answer nothing else', async () => {
    const ada = await personWhoMustEnroll(gateway);
    const { challengeToken: signIn } = await afterPassword(gateway, ada);
    const { challengeToken, secret } = await enrollIn(signIn);
    const code = totp(gateway, secret);
    for (const token of [signIn, challengeToken]) {
      expectCode(await answerWith(gateway, token, code), 'CHALLENGE_EXPIRED');
      expectCode(await gateway.gql(ME, {}, { token }), 'TOKEN_INVALID');
    }
    // An enrolment begins no other, and the sign-in is not an enrolment.
    expectCode(await gateway.gql(ENROLL_TOTP, { input: { challengeToken } }), 'CHALLENGE_EXPIRED');
    expectCode(await confirm({ challengeToken: signIn, code }), 'CHALLENGE_EXPIRED');
  });

  test('is over when the password is changed, and when the challenge of the sign-in has expired', async () => {
    const ada = await personWhoMustEnroll(gateway);
    const { challengeToken: signIn } = await afterPassword(gateway, ada);
    const { challengeToken, secret } = await enrollIn(signIn);
    await gateway.ask(RESET_STEP, { input: { ...(await askReset(gateway, ada.email)), newPassword: NEW_PASSWORD } });
    expectCode(await confirm({ challengeToken, code: totp(gateway, secret) }), 'CHALLENGE_EXPIRED');
    const late = await afterPassword(gateway, { ...ada, password: NEW_PASSWORD });
    gateway.clock.advance(10 * 60_000 + 1);
    expectCode(await gateway.gql(ENROLL_TOTP, { input: { challengeToken: late.challengeToken } }), 'CHALLENGE_EXPIRED');
  });

  test('is what SECOND_FACTOR=required makes of each sign-in without a factor', async () => {
    const strict = await gateway.replica({ SECOND_FACTOR: 'required' });
    const ada = await personWhoMustEnroll(gateway);
    await gateway.database.sql(`delete from user_roles where user_id = $1 and role_name = 'two-factors'`, [ada.id]);
    expect((await afterPassword(strict, ada)).purpose).toBe('ENROLL_FACTOR');
  });
});
