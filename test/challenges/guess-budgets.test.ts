import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import {
  LOGIN,
  newEmail,
  REGISTER,
  registeredPerson,
  signedInPerson,
  STRONG_PASSWORD,
  VERIFY_OTP,
} from '../support/people.js';
import {
  askEmailChange,
  askReset,
  CONFIRM_EMAIL_CHANGE,
  NEW_PASSWORD,
  REQUEST_PASSWORD_RESET,
  RESET_PASSWORD,
} from '../support/recovery.js';

/** Makes challenges without limits; `strict` answers them within the limits of production. */
let wide: TestGateway;
let strict: TestGateway;
beforeAll(async () => {
  wide = await startGateway({ TRUST_PROXY: '1' });
  strict = await wide.replica({ LIMITS_FACTOR: '1', REDIS_URL: '' });
});

let addresses = 0;
const elsewhere = () => ({ 'x-forwarded-for': `198.51.100.${(addresses = (addresses + 1) % 250) + 1}` });

const wrongFor = (code: string) => code.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));
const reset = (challengeToken: string, code: string, at = strict) =>
  at.gql(RESET_PASSWORD, { input: { challengeToken, code, newPassword: NEW_PASSWORD } }, { headers: elsewhere() });
const attemptsLeft = async (email: string) => {
  const rows = await wide.database.sql<{ attempts_left: number }>(
    'select attempts_left from challenges where email = $1 and answered_at is null order by created_at desc, id desc',
    [email],
  );
  return rows.map((row) => row.attempts_left);
};

/** What a stranger can do to an address: ask for a reset, five guesses, and again until none is compared any more. */
async function strangersGuess(email: string): Promise<void> {
  for (let round = 0; round < 5; round++) {
    const { requestPasswordReset } = await wide.ask(REQUEST_PASSWORD_RESET, { input: { email } });
    for (let tries = 0; tries < 5; tries++)
      expectCode(await reset(requestPasswordReset.challengeToken, '0000000'), 'INVALID_CODE');
  }
  const { requestPasswordReset } = await wide.ask(REQUEST_PASSWORD_RESET, { input: { email } });
  expectCode(await reset(requestPasswordReset.challengeToken, '0000000'), 'RATE_LIMITED');
}

/** A browser in which the person has signed in before. */
async function knownBrowser({ email, password }: { email: string; password: string }) {
  const browser = wide.browser();
  await browser.gql(LOGIN, { input: { identifier: email, password } });
  return browser;
}

describe('a stranger’s 25 guesses', () => {
  test('leave the owner on a known device theirs', async () => {
    const ada = await registeredPerson(wide);
    const browser = await knownBrowser(ada);
    await strangersGuess(ada.email);
    wide.mailbox.forget();
    const { data } = await browser.gql(REQUEST_PASSWORD_RESET, { input: { email: ada.email } });
    const { challengeToken } = data!.requestPasswordReset;
    const code = await wide.mailbox.codeFor(ada.email, 'reset-password');
    for (let tries = 0; tries < 4; tries++) expectCode(await reset(challengeToken, wrongFor(code)), 'INVALID_CODE');
    expect((await reset(challengeToken, code)).errors).toEqual([]);
  });

  test('on an unknown device end the owner’s too: only the device distinguishes them', async () => {
    const ada = await registeredPerson(wide);
    await strangersGuess(ada.email);
    wide.mailbox.forget();
    const { challengeToken, code } = await askReset(wide, ada.email);
    expectCode(await reset(challengeToken, code), 'RATE_LIMITED');
  });

  test('leave a user who changes their address to it their own', async () => {
    const ada = await signedInPerson(wide);
    const email = newEmail('new');
    const { challengeToken, code } = await askEmailChange(wide, ada, email);
    await strangersGuess(email);
    const input = { challengeToken, code };
    const answer = await strict.gql(CONFIRM_EMAIL_CHANGE, { input }, { token: ada.accessToken, headers: elsewhere() });
    expect(answer.errors).toEqual([]);
  });
});

test('a reset that a stranger asks for does not void the one that the owner asked for on a known device', async () => {
  const ada = await registeredPerson(wide);
  const browser = await knownBrowser(ada);
  wide.mailbox.forget();
  const { data } = await browser.gql(REQUEST_PASSWORD_RESET, { input: { email: ada.email } });
  const { challengeToken } = data!.requestPasswordReset;
  const code = await wide.mailbox.codeFor(ada.email, 'reset-password');
  const { requestPasswordReset } = await wide.ask(REQUEST_PASSWORD_RESET, { input: { email: ada.email } });
  expectCode(await reset(requestPasswordReset.challengeToken, code, wide), 'INVALID_CODE');
  // While the owner's newer one voids both.
  const newer = await browser.gql(REQUEST_PASSWORD_RESET, { input: { email: ada.email } });
  expect(await attemptsLeft(ada.email)).toEqual([5]);
  expectCode(await reset(challengeToken, code, wide), 'CHALLENGE_EXPIRED');
  expect(newer.errors).toEqual([]);
});

test('what a limit refuses costs no try', async () => {
  const ada = await registeredPerson(wide);
  await strangersGuess(ada.email);
  expect(await attemptsLeft(ada.email)).toEqual([5]);
  const one = { headers: { 'x-forwarded-for': '203.0.113.7' } };
  const { register } = await wide.ask(REGISTER, { input: { email: newEmail(), password: STRONG_PASSWORD } });
  for (let tries = 0; tries < 60; tries++)
    await strict.gql(VERIFY_OTP, { input: { challengeToken: 'of-no-challenge', code: '1234567' } }, one);
  const input = { challengeToken: register.challengeToken, code: '1234567' };
  expectCode(await strict.gql(VERIFY_OTP, { input }, one), 'RATE_LIMITED');
  const left = await strict.gql(VERIFY_OTP, { input }, { headers: elsewhere() });
  expect(left.errors[0]!.extensions.attemptsLeft).toBe(4);
});

test('guesses that come too late for a challenge cost the address none either', async () => {
  const ada = await registeredPerson(wide);
  const { requestPasswordReset } = await wide.ask(REQUEST_PASSWORD_RESET, { input: { email: ada.email } });
  const { challengeToken } = requestPasswordReset;
  await Promise.all(Array.from({ length: 24 }, () => reset(challengeToken, '0000000')));
  wide.mailbox.forget();
  const { code, ...owner } = await askReset(wide, ada.email);
  for (let tries = 0; tries < 4; tries++) expectCode(await reset(owner.challengeToken, wrongFor(code)), 'INVALID_CODE');
  expect((await reset(owner.challengeToken, code)).errors).toEqual([]);
});

test('right codes are no guesses: more of them than may be guessed come from one network', async () => {
  const tight = await wide.replica({ LIMITS_FACTOR: '0.1', REDIS_URL: '' });
  const from = { headers: { 'x-forwarded-for': '203.0.113.8' } };
  for (let person = 0; person < 8; person++) {
    const email = newEmail();
    const { register } = await wide.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
    const input = { challengeToken: register.challengeToken, code: await wide.mailbox.codeFor(email) };
    expect((await tight.gql(VERIFY_OTP, { input }, from)).errors).toEqual([]);
  }
});
