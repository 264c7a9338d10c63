import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readCode } from '../../src/challenges/one-time-code.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, newEmail, REGISTER, signedInPerson, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';
import {
  askEmailChange,
  askReset,
  CONFIRM_EMAIL_CHANGE,
  NEW_PASSWORD,
  REQUEST_PASSWORD_RESET,
  RESET_PASSWORD,
} from '../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

/** The zero of a script's digits, which follow one another. */
const inDigits = (zero: number) => (code: string) =>
  code.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));

const WAYS: [string, (code: string) => string][] = [
  ['in Arabic-Indic digits', inDigits(0x660)],
  ['in Persian digits', inDigits(0x6f0)],
  ['in Devanagari digits', inDigits(0x966)],
  ['in full-width digits', inDigits(0xff10)],
  ['in the bold digits of mathematics', inDigits(0x1d7ce)],
  ['in its double-struck ones, which follow at once', inDigits(0x1d7d8)],
  ['with an en dash', (code) => `${code.slice(0, 3)}\u2013${code.slice(3)}`],
  ['with a minus sign', (code) => `${code.slice(0, 3)}\u2212${code.slice(3)}`],
  ['with a no-break space', (code) => `${code.slice(0, 3)}\u00a0${code.slice(3)}`],
  ['between marks of direction', (code) => `\u202a${code}\u202c`],
  ['after a zero-width space', (code) => `\u200b${code}`],
  ['after a byte order mark', (code) => `\ufeff${code}`],
];

test.each(WAYS)('a code typed %s is the code', (_way, type) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9_999_999 }), (number) => {
      const code = String(number).padStart(7, '0');
      expect(readCode(type(code))).toBe(code);
    }),
  );
});

test('what is read from any text is read from it again, and a digit is ASCII', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const code = readCode(text);
      expect(readCode(code)).toBe(code);
      expect(code).not.toMatch(/(?!\d)\p{Nd}/u);
    }),
  );
});

const registered = async () => {
  const email = newEmail();
  const { register } = await gateway.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
  return { email, challengeToken: register.challengeToken as string, code: await gateway.mailbox.codeFor(email) };
};
const submit = (path: string, fields: Record<string, string>) =>
  gateway.http(path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams(fields),
  });
const arabic = inDigits(0x660);

describe('a code typed in other digits is taken', () => {
  test('by verifyOtp', async () => {
    const { challengeToken, code } = await registered();
    expect((await gateway.gql(VERIFY_OTP, { input: { challengeToken, code: arabic(code) } })).errors).toEqual([]);
  });

  test('by the page of verifyOtp', async () => {
    const { email, challengeToken, code } = await registered();
    expect((await submit('/verify', { challenge: challengeToken, code: arabic(code) })).status).toBe(200);
    const input = { identifier: email, password: STRONG_PASSWORD };
    expect((await gateway.ask(LOGIN, { input })).login.user.emailVerified).toBe(true);
  });

  test('by resetPassword and its page', async () => {
    const { email } = await signedInPerson(gateway);
    const { challengeToken, code } = await askReset(gateway, email);
    const input = { challengeToken, code: arabic(code), newPassword: NEW_PASSWORD };
    expect((await gateway.gql(RESET_PASSWORD, { input })).errors).toEqual([]);
    gateway.mailbox.forget();
    const again = await askReset(gateway, email);
    const fields = { challenge: again.challengeToken, code: arabic(again.code), newPassword: STRONG_PASSWORD };
    expect((await submit('/reset-password', fields)).status).toBe(200);
  });

  test('by confirmEmailChange', async () => {
    const ada = await signedInPerson(gateway);
    const { challengeToken, code } = await askEmailChange(gateway, ada, newEmail('new'));
    const input = { challengeToken, code: arabic(code) };
    expect((await gateway.gql(CONFIRM_EMAIL_CHANGE, { input }, { token: ada.accessToken })).errors).toEqual([]);
  });
});

describe('what cannot be a code', () => {
  const NONE = ['', ' ', '-', '123456', '12345678', 'abcdefg', '123456a', '\0\0\0\0\0\0\0', '1'.repeat(64)];

  test('is a wrong one, and costs no try', async () => {
    const { challengeToken, code } = await registered();
    for (const text of NONE) {
      const answer = await gateway.gql(VERIFY_OTP, { input: { challengeToken, code: text } });
      expectCode(answer, 'INVALID_CODE');
      expect(answer.errors[0]!.extensions.attemptsLeft).toBe(5);
    }
    expect((await gateway.gql(VERIFY_OTP, { input: { challengeToken, code } })).errors).toEqual([]);
  });

  test('costs none on a page either', async () => {
    const { challengeToken, code } = await registered();
    for (const text of NONE)
      expect((await submit('/verify', { challenge: challengeToken, code: text })).status).toBe(400);
    expect((await submit('/verify', { challenge: challengeToken, code })).status).toBe(200);
  });

  test('is answered alike whether or not the address is known, and of a dead challenge as any code is', async () => {
    const heard = async (email: string) => {
      const { requestPasswordReset } = await gateway.ask(REQUEST_PASSWORD_RESET, { input: { email } });
      const input = { challengeToken: requestPasswordReset.challengeToken, newPassword: NEW_PASSWORD };
      const answers = [];
      for (const code of ['', '123456', '0000000']) {
        const { status, errors } = await gateway.gql(RESET_PASSWORD, { input: { ...input, code } });
        const { requestId: _, ...extensions } = errors[0]!.extensions;
        answers.push({ status, message: errors[0]!.message, extensions });
      }
      return answers;
    };
    expect(await heard(newEmail('nobody'))).toEqual(await heard((await signedInPerson(gateway)).email));
    const input = { challengeToken: 'of-no-challenge', code: '' };
    expectCode(await gateway.gql(VERIFY_OTP, { input }), 'CHALLENGE_EXPIRED');
  });
});
