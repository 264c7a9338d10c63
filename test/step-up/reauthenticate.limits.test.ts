import { beforeAll, expect, test } from '@jest/globals';
import { enrollApp } from '../support/authenticator-app.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, signedUpPerson, VERIFY_OTP } from '../support/people.js';
import { askAgain, REAUTHENTICATE, tryReauthenticate } from '../support/step-up.js';

let gateway: TestGateway;

beforeAll(async () => {
  // The first wait is longer than a slow machine needs for the guesses.
  const settings = { LIMITS_FACTOR: '1', LIMIT_REAUTHENTICATE_ACCOUNT: '5/1m/10m/12h', REDIS_URL: '' };
  gateway = await startGateway(settings);
});

test('a new challenge brings no new guesses at the password, which share one budget with changePassword', async () => {
  const { accessToken: token, password } = await signedUpPerson(gateway);
  for (let guess = 0; guess < 3; guess += 1)
    expectCode(await tryReauthenticate(gateway, token, { password: 'not the password' }), 'INVALID_CREDENTIALS');
  const change = 'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { id } }';
  const input = { currentPassword: 'not the password', newPassword: 'nine brass telescopes' };
  for (let guess = 0; guess < 2; guess += 1)
    expectCode(await gateway.gql(change, { input }, { token }), 'INVALID_CREDENTIALS');
  const { challengeToken } = await askAgain(gateway, token);
  const answer = (given: string) =>
    gateway.gql(REAUTHENTICATE, { input: { challengeToken, password: given } }, { token });
  // What the limit refuses costs no try, the right password included.
  for (let guess = 0; guess < 6; guess += 1) expectCode(await answer(password), 'RATE_LIMITED');
  gateway.clock.advance(61_000);
  expect((await answer(password)).data?.reauthenticate).toBeDefined();
  // A right one clears the count.
  for (let guess = 0; guess < 3; guess += 1)
    expectCode(await tryReauthenticate(gateway, token, { password: 'not the password' }), 'INVALID_CREDENTIALS');
});

test('guesses at codes in a session have a budget of their own, and leave the sign-ins of the owner alone', async () => {
  const person = await signedUpPerson(gateway);
  const { accessToken: token } = person;
  const app = await enrollApp(gateway, token);
  const codes: string[] = [];
  for (let challenge = 0; challenge < 5; challenge += 1) {
    const { challengeToken } = await askAgain(gateway, token);
    for (let guess = 0; guess < 5; guess += 1) {
      const answer = await gateway.gql(REAUTHENTICATE, { input: { challengeToken, code: '000000' } }, { token });
      codes.push(answer.errors[0]!.extensions.code);
    }
  }
  expect(codes.filter((code) => code === 'INVALID_CODE')).toHaveLength(20);
  expect(codes.slice(20)).toEqual(Array.from({ length: 5 }, () => 'RATE_LIMITED'));
  const { login } = await gateway.ask(LOGIN, { input: { identifier: person.email, password: person.password } });
  expect(login.purpose).toBe('SECOND_FACTOR');
  const input = { challengeToken: login.challengeToken, code: app.code() };
  expect((await gateway.ask(VERIFY_OTP, { input })).verifyOtp.__typename).toBe('SignedIn');
});
