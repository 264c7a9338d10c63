import { beforeAll, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { newEmail, registeredPerson } from '../support/people.js';
import {
  askReset,
  CHECK_RESET_CODE,
  NEW_PASSWORD,
  REQUEST_PASSWORD_RESET,
  RESET_PASSWORD,
} from '../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const check = (challengeToken: string, code: string) =>
  gateway.gql(CHECK_RESET_CODE, { input: { challengeToken, code } });
const reset = (challengeToken: string, code: string) =>
  gateway.gql(RESET_PASSWORD, { input: { challengeToken, code, newPassword: NEW_PASSWORD } });

test('the right code is confirmed as often as it is checked, and is not consumed', async () => {
  const { email } = await registeredPerson(gateway);
  const { challengeToken, code } = await askReset(gateway, email);
  for (let times = 0; times < 7; times += 1) {
    const { data } = await check(challengeToken, code);
    expect(data!.checkResetCode).toMatchObject({ state: 'PENDING', purpose: 'RESET_PASSWORD' });
  }
  expect((await reset(challengeToken, code)).errors).toEqual([]);
  expectCode(await check(challengeToken, code), 'CHALLENGE_EXPIRED');
});

test('a wrong code costs a try, and all tries are shared with resetPassword', async () => {
  const { email } = await registeredPerson(gateway);
  const { challengeToken, code } = await askReset(gateway, email);
  const left = [];
  for (const guess of [check, reset, check, reset, check]) {
    const answer = await guess(challengeToken, code === '0000000' ? '1111111' : '0000000');
    expectCode(answer, 'INVALID_CODE');
    left.push(answer.errors[0]!.extensions.attemptsLeft);
  }
  expect(left).toEqual([4, 3, 2, 1, 0]);
  expectCode(await check(challengeToken, code), 'TOO_MANY_ATTEMPTS');
  expectCode(await reset(challengeToken, code), 'TOO_MANY_ATTEMPTS');
});

test('of twenty wrong codes at once, half of them at resetPassword, five are compared', async () => {
  const { email } = await registeredPerson(gateway);
  const { challengeToken, code } = await askReset(gateway, email);
  const wrong = code === '0000000' ? '1111111' : '0000000';
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => (index % 2 ? check : reset)(challengeToken, wrong)),
  );
  const compared = answers.filter(({ errors }) => errors[0]!.extensions.code === 'INVALID_CODE');
  expect(compared).toHaveLength(5);
});

test('an unknown address is answered like a known one', async () => {
  const { email } = await registeredPerson(gateway);
  const answers = [];
  for (const one of [email, newEmail()]) {
    const { requestPasswordReset } = await gateway.ask(REQUEST_PASSWORD_RESET, { input: { email: one } });
    const { errors, status, data } = await check(requestPasswordReset.challengeToken, '0000000');
    const [{ message, extensions } = { message: '', extensions: {} }] = errors;
    answers.push({ status, data, message, extensions: { ...extensions, requestId: null } });
  }
  expect(answers[1]).toEqual(answers[0]);
});
