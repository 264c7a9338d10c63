import { beforeAll, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, newEmail, REGISTER, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ DATABASE_POOL: '10' });
});

const RESEND = 'mutation ($input: ResendOtpInput!) { resendOtp(input: $input) { challengeToken } }';

test('logins that ask for a code at once leave one live challenge, the others are dead', async () => {
  const email = newEmail();
  await gateway.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
  const input = { identifier: email, password: STRONG_PASSWORD };
  const answers = await Promise.all(Array.from({ length: 12 }, () => gateway.gql(LOGIN, { input })));
  expect(answers.map(({ data }) => data?.login.__typename)).toEqual(Array(12).fill('ChallengeRequired'));
  const live = await gateway.database.sql('select id from challenges where email = $1 and answered_at is null', [
    email,
  ]);
  expect(live).toHaveLength(1);
});

test('registering, signing in, resending and answering one address at once never blocks or breaks anything', async () => {
  for (let round = 0; round < 4; round++) {
    const email = newEmail();
    const { register } = await gateway.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
    const { challengeToken } = register;
    const code = await gateway.mailbox.codeFor(email);
    gateway.clock.advance(31_000);
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => [
        gateway.gql(VERIFY_OTP, { input: { challengeToken, code } }),
        gateway.gql(REGISTER, { input: { email, password: STRONG_PASSWORD } }),
        gateway.gql(LOGIN, { input: { identifier: email, password: STRONG_PASSWORD } }),
        gateway.gql(RESEND, { input: { challengeToken } }),
      ]).flat(),
    );
    const codes = new Set(answers.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code)));
    for (const expected of [
      'INVALID_CODE',
      'CHALLENGE_EXPIRED',
      'TOO_MANY_ATTEMPTS',
      'RATE_LIMITED',
      'INVALID_CREDENTIALS',
    ]) {
      codes.delete(expected);
    }
    expect([...codes]).toEqual([]);
    // The account is open, or a later registration has voided the code: then the registration is there still.
    const count = (table: string) =>
      gateway.database.sql<{ n: number }>(`select count(*)::int n from ${table} where email = $1`, [email]);
    const [[users], [pending]] = await Promise.all([count('users'), count('pending_registrations')]);
    expect(users!.n).toBeLessThanOrEqual(1);
    expect(pending!.n).toBeLessThanOrEqual(1);
    expect(users!.n + pending!.n).toBeGreaterThanOrEqual(1);
  }
});
