import { beforeAll, describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/config.js';
import { signInWarnings } from '../../src/config/sign-in-warnings.js';
import { CREATE_USER } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import {
  admin,
  LOGIN,
  newEmail,
  REGISTER,
  registeredPerson,
  type SignedInPerson,
  STRONG_PASSWORD,
  VERIFY_OTP,
} from '../support/people.js';
import {
  askReset,
  askSignInCode,
  CHANGE_PASSWORD,
  NEW_PASSWORD,
  personByCode,
  REQUEST_EMAIL_CHANGE,
  REQUEST_PASSWORD_RESET,
  REQUEST_SIGN_IN_CODE,
  RESET_PASSWORD,
} from '../support/recovery.js';
import { askAgain } from '../support/step-up.js';

const SETTINGS = '{ authSettings { signInMethods secondFactor } }';

describe('SIGN_IN_METHODS', () => {
  test.each([
    ['password', ['password']],
    ['passkey, email-code', ['email-code', 'passkey']],
    ['password,password', ['password']],
    ['', ['password', 'email-code', 'passkey']],
  ])('%j means %j', (value, methods) => {
    expect(loadConfig({ SIGN_IN_METHODS: value }).signInMethods).toEqual(methods);
  });

  test.each(['sms', 'password,', 'password;passkey', ',', 'PASSWORD'])(
    '%j is refused or read as it is written',
    (value) => {
      const load = () => loadConfig({ SIGN_IN_METHODS: value }).signInMethods;
      if (value === 'password,') expect(load()).toEqual(['password']);
      else expect(load).toThrow('SIGN_IN_METHODS: write one or more of password, email-code, passkey');
    },
  );

  test('passkey alone is warned of, and more so where registration is open', () => {
    const warned = (settings: object) => signInWarnings(loadConfig({ ...settings })).length;
    expect(warned({ SIGN_IN_METHODS: 'passkey' })).toBe(2);
    expect(warned({ SIGN_IN_METHODS: 'passkey', REGISTRATION: 'closed' })).toBe(1);
    expect(warned({ SIGN_IN_METHODS: 'passkey,email-code' })).toBe(0);
    expect(warned({ SIGN_IN_METHODS: 'password' })).toBe(0);
    expect(warned({})).toBe(0);
    const acme = { PROVIDERS: 'google', PROVIDER_GOOGLE_CLIENT_ID: 'x', PROVIDER_GOOGLE_CLIENT_SECRET: 'y' };
    expect(warned(acme)).toBe(1);
    expect(warned({ ...acme, REDIRECT_URIS: 'https://app.example.com/cb', SIGN_IN_METHODS: 'passkey' })).toBe(0);
  });
});

let gateway: TestGateway;
let withoutPassword: TestGateway;
let withoutCode: TestGateway;
let chief: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway({ APP_URL: 'https://app.example.com/' });
  withoutPassword = await gateway.replica({ SIGN_IN_METHODS: 'email-code,passkey' });
  withoutCode = await gateway.replica({ SIGN_IN_METHODS: 'password', SECOND_FACTOR: 'required' });
  chief = await admin(gateway);
});

test('authSettings names the ways to sign in, and who must have a second factor', async () => {
  const told = async (at: TestGateway) => (await at.ask(SETTINGS)).authSettings;
  expect(await told(gateway)).toEqual({
    signInMethods: ['PASSWORD', 'EMAIL_CODE', 'PASSKEY'],
    secondFactor: 'OPTIONAL',
  });
  expect((await told(withoutPassword)).signInMethods).toEqual(['EMAIL_CODE', 'PASSKEY']);
  expect(await told(withoutCode)).toEqual({ signInMethods: ['PASSWORD'], secondFactor: 'REQUIRED' });
});

describe('where no user signs in by password', () => {
  test('every operation of passwords is refused, also for what is right', async () => {
    const { email, password } = await registeredPerson(gateway);
    const reset = await askReset(gateway, email);
    const { accessToken } = await personByCode(gateway);
    const refused: [string, object, string?][] = [
      [LOGIN, { identifier: email, password }],
      [REGISTER, { email: newEmail(), password: STRONG_PASSWORD }],
      [REQUEST_PASSWORD_RESET, { email }],
      [RESET_PASSWORD, { ...reset, newPassword: NEW_PASSWORD }],
      [CHANGE_PASSWORD, { newPassword: NEW_PASSWORD }, accessToken],
      [CREATE_USER, { email: newEmail(), password: NEW_PASSWORD }, chief.accessToken],
    ];
    for (const [operation, input, token] of refused) {
      const answer = await withoutPassword.gql(operation, { input }, { token });
      expectCode(answer, 'FORBIDDEN');
      expect(answer.errors[0]!.extensions.signInMethod).toBe('PASSWORD');
    }
    // Nor by the page of a mail that was sent before.
    const form = new URLSearchParams({ challenge: reset.challengeToken, code: reset.code, newPassword: NEW_PASSWORD });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
    const posted = await withoutPassword.http('/reset-password', { method: 'POST', headers, body: form });
    expect(posted.status).toBeGreaterThanOrEqual(400);
    expect((await gateway.gql(LOGIN, { input: { identifier: email, password } })).errors).toEqual([]);
  });

  test('a password from before authenticates none again: it may be the leaked one that passwords were given up for', async () => {
    const { email, password } = await registeredPerson(gateway);
    const { accessToken: token } = (
      await withoutPassword.ask(VERIFY_OTP, { input: await askSignInCode(withoutPassword, email) })
    ).verifyOtp;
    gateway.clock.advance(301_000);
    expect((await askAgain(withoutPassword, token)).methods).toEqual(['EMAIL_CODE']);
    const input = { newEmail: newEmail('thief'), password };
    const refused = await withoutPassword.gql(REQUEST_EMAIL_CHANGE, { input }, { token });
    expectCode(refused, 'REAUTHENTICATION_REQUIRED');
    expect(refused.errors[0]!.extensions.methods).toEqual(['EMAIL_CODE']);
  });

  test('an invitation says to sign in with a code, which works', async () => {
    const email = newEmail('invited');
    await withoutPassword.ask(CREATE_USER, { input: { email, locale: 'de' } }, { token: chief.accessToken });
    const mail = await gateway.mailbox.lastTo(email);
    expect(mail).toMatchObject({ template: 'invitation-by-code', locale: 'de', link: 'https://app.example.com/' });
    expect((await personByCode(withoutPassword, email)).email).toBe(email);
  });

  test('no one is invited if a mail could not say how to sign in', async () => {
    const passkeys = await gateway.replica({ SIGN_IN_METHODS: 'passkey' });
    const email = newEmail('invited');
    await passkeys.ask(CREATE_USER, { input: { email } }, { token: chief.accessToken });
    expect(await gateway.database.sql('select 1 from mails where recipient = $1', [email])).toEqual([]);
  });
});

describe('of the other ways', () => {
  test.each([
    ['by a code', 'EMAIL_CODE', REQUEST_SIGN_IN_CODE, { input: { email: newEmail() } }],
    ['with a passkey', 'PASSKEY', 'mutation { startPasskeySignIn { challengeToken } }', undefined],
  ])('where no user signs in %s, that is refused, and says why', async (_, signInMethod, operation, variables) => {
    const answer = await withoutCode.gql(operation, variables);
    expectCode(answer, 'FORBIDDEN');
    expect(answer.errors[0]!.message).toContain('authSettings.signInMethods');
    expect(answer.errors[0]!.extensions.signInMethod).toBe(signInMethod);
  });
});
