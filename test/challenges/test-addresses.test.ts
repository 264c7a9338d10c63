import { beforeAll, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { afterPassword, personWithTotp } from '../support/factors.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, newEmail, REGISTER, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';
import { askReset, askSignInCode, NEW_PASSWORD, RESET_PASSWORD } from '../support/recovery.js';

const RESEND = 'mutation ($input: ResendOtpInput!) { resendOtp(input: $input) { challengeToken } }';
const CODE = '0424242';
let gateway: TestGateway;
let count = 0;
const newTester = () => `tester-${(count += 1)}@e2e.example.com`;

beforeAll(async () => {
  gateway = await startGateway({ TEST_ADDRESSES: `*@e2e.example.com=${CODE}` });
});

const register = (email: string, at = gateway) => at.gql(REGISTER, { input: { email, password: STRONG_PASSWORD } });
const verify = (challengeToken: string, code = CODE, at = gateway) =>
  at.gql(VERIFY_OTP, { input: { challengeToken, code } });

async function registered(email: string): Promise<string> {
  return (await register(email)).data!.register.challengeToken;
}

test('a test signs up, signs in by a code and resets the password without reading a mail', async () => {
  const email = newTester();
  expect((await verify(await registered(email))).data!.verifyOtp.user.email).toBe(email);
  const { challengeToken } = await askSignInCode(gateway, email);
  expect((await verify(challengeToken)).data!.verifyOtp.__typename).toBe('SignedIn');
  const reset = await askReset(gateway, email);
  const input = { challengeToken: reset.challengeToken, code: CODE, newPassword: NEW_PASSWORD };
  expect((await gateway.ask(RESET_PASSWORD, { input })).resetPassword.__typename).toBe('SignedIn');
});

test('the mail is sent as any other, with this code in it, and so is the one that is sent again', async () => {
  const email = newTester();
  const challengeToken = await registered(email);
  expect(await gateway.mailbox.codeFor(email)).toBe(CODE);
  gateway.clock.advance(60_000);
  gateway.mailbox.forget();
  await gateway.ask(RESEND, { input: { challengeToken } });
  expect(await gateway.mailbox.codeFor(email)).toBe(CODE);
});

test.each(['ada@sub.e2e.example.com', 'ada@e2e.example.com.evil.example', 'ada@xe2e.example.com'])(
  '%s merely resembles: its code is random',
  async (email) => {
    const challengeToken = await registered(email);
    expect(await gateway.mailbox.codeFor(email)).not.toBe(CODE);
    expectCode(await verify(challengeToken), 'INVALID_CODE');
  },
);

test('an address in capitals is the same address', async () => {
  const challengeToken = await registered(newTester().toUpperCase());
  expect((await verify(challengeToken)).errors).toEqual([]);
});

test('the code answers one challenge once, and none without its token', async () => {
  const email = newTester();
  const challengeToken = await registered(email);
  await verify(challengeToken);
  expectCode(await verify(challengeToken), 'CHALLENGE_EXPIRED');
  expectCode(await verify('0'.repeat(32)), 'CHALLENGE_EXPIRED');
  const { challengeToken: next } = await askSignInCode(gateway, email);
  const answers = await Promise.all([verify(next), verify(next)]);
  expect(answers.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code))).toEqual([
    'CHALLENGE_EXPIRED',
  ]);
});

test('wrong codes use up the tries as of any address', async () => {
  const challengeToken = await registered(newTester());
  for (let n = 0; n < 5; n += 1) expectCode(await verify(challengeToken, `111111${n}`), 'INVALID_CODE');
  expectCode(await verify(challengeToken), 'TOO_MANY_ATTEMPTS');
});

test('registering an address again that has an account opens nothing, although the code is known', async () => {
  const email = newTester();
  await verify(await registered(email));
  const again = await gateway.ask(REGISTER, { input: { email, password: NEW_PASSWORD } });
  expectCode(await verify(again.register.challengeToken), 'INVALID_CODE');
  const { login } = await gateway.ask(LOGIN, { input: { identifier: email, password: NEW_PASSWORD } });
  expectCode(await verify(login.challengeToken), 'INVALID_CODE');
});

test('the code is not valid as a second factor, whatever method is named', async () => {
  const ada = await personWithTotp(gateway, { email: newTester() });
  const { challengeToken } = await afterPassword(gateway, ada);
  for (const method of [undefined, 'EMAIL_CODE', 'TOTP', 'RECOVERY_CODE']) {
    const answer = await gateway.gql(VERIFY_OTP, { input: { challengeToken, code: CODE, method } });
    expect(answer.data).toBeFalsy();
    expectCode(answer, 'INVALID_CODE');
  }
});

test('nothing shows strangers which addresses these are', async () => {
  const [test, other] = [await register(newTester()), await register(newEmail())];
  const { challengeToken: _, sentTo: __, ...ofTest } = test.data!.register;
  const { challengeToken: ___, sentTo: ____, ...ofOther } = other.data!.register;
  expect({ ...ofTest, expiresAt: '', resendAfter: '' }).toEqual({ ...ofOther, expiresAt: '', resendAfter: '' });
  const { text } = await gateway.gql('{ authSettings { registrationOpen signInMethods locales } }');
  expect(text).not.toMatch(/e2e\.example|0424242/);
  expect(await (await gateway.http('/')).text()).not.toMatch(/e2e\.example|0424242/);
});

test('they count in the limits as others do, and use up nothing of others', async () => {
  const limited = await gateway.replica({ LIMITS_FACTOR: '1', REDIS_URL: '' });
  const email = newTester();
  const asked = [];
  // `mail.recipient` allows five in a quarter of an hour.
  for (let n = 0; n < 6; n += 1) asked.push(await register(email, limited));
  expectCode(asked[5]!, 'RATE_LIMITED');
  expect(asked.slice(0, 5).every(({ errors }) => errors.length === 0)).toBe(true);
  expect((await register(newEmail(), limited)).errors).toEqual([]);
});
