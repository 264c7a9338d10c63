import { beforeAll, describe, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { newEmail, REGISTER, registeredPerson, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';
import { NEW_PASSWORD, REQUEST_PASSWORD_RESET, RESET_PASSWORD } from '../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const RESEND = 'mutation ($input: ResendOtpInput!) { resendOtp(input: $input) { expiresAt } }';

/** What whoever has the challenge can make of it: a wrong answer, and a wish for another code. */
async function told(challengeToken: string, answer: 'verifyOtp' | 'resetPassword'): Promise<(string | undefined)[]> {
  const input = { challengeToken, code: '0000000', ...(answer === 'resetPassword' && { newPassword: NEW_PASSWORD }) };
  const answers = [
    await gateway.gql(answer === 'verifyOtp' ? VERIFY_OTP : RESET_PASSWORD, { input }),
    await gateway.gql(RESEND, { input: { challengeToken } }),
  ];
  return answers.map(({ errors }) => errors[0]?.extensions.code);
}

const resets = async (email: string) => {
  const { requestPasswordReset } = await gateway.ask(REQUEST_PASSWORD_RESET, { input: { email } });
  return requestPasswordReset.challengeToken as string;
};
const registers = async (email: string) => {
  const { register } = await gateway.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
  return register.challengeToken as string;
};

// An earlier challenge that lives on where a later one should have voided it says that the address is, or is not, somebody's.
describe.each([
  ['requestPasswordReset', resets, 'resetPassword'],
  ['register', registers, 'verifyOtp'],
] as const)('asking twice by %s', (_name, ask, answer) => {
  test('voids the first challenge, whether or not the address is known', async () => {
    for (const email of [(await registeredPerson(gateway)).email, newEmail()]) {
      const [first, second] = [await ask(email), await ask(email)];
      expect(await told(first, answer)).toEqual(['CHALLENGE_EXPIRED', 'CHALLENGE_EXPIRED']);
      expect(await told(second, answer)).toEqual(['INVALID_CODE', 'RATE_LIMITED']);
    }
  });

  test('and at once leaves one challenge that can be answered, whether or not the address is known', async () => {
    for (const email of [(await registeredPerson(gateway)).email, newEmail()]) {
      for (let round = 0; round < 5; round += 1) {
        const tokens = await Promise.all(Array.from({ length: 6 }, () => ask(email)));
        const heard = await Promise.all(tokens.map((token) => told(token, answer)));
        const alive = heard.filter(([code]) => code === 'INVALID_CODE');
        expect(alive).toHaveLength(1);
      }
    }
  });
});
