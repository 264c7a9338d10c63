import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { CHALLENGE, newEmail, REGISTER, verifiedPerson, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const RESEND = /* GraphQL */ `
  mutation ($input: ResendOtpInput!) {
    resendOtp(input: $input) {
      ...Challenge
    }
  }
  ${CHALLENGE}
`;

const resend = (challengeToken: string, at = gateway) => at.gql(RESEND, { input: { challengeToken } });
const verify = (challengeToken: string, code: string, at = gateway) =>
  at.gql(VERIFY_OTP, { input: { challengeToken, code } });
const wrongFor = (code: string) => code.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));
const COOLED_DOWN = 31_000;

async function challenged(at = gateway, email = newEmail()) {
  const { register } = await at.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
  const code = await at.mailbox.codeFor(email);
  at.mailbox.forget();
  return { email, challengeToken: register.challengeToken as string, code };
}

test('a new code comes, and the old one is dead', async () => {
  const { email, challengeToken, code } = await challenged();
  gateway.clock.advance(COOLED_DOWN);
  const { data } = await resend(challengeToken);
  expect(data!.resendOtp).toMatchObject({ challengeToken, purpose: 'VERIFY_EMAIL', codeLength: 7 });
  const fresh = await gateway.mailbox.codeFor(email, 'verify-email');
  // One time in ten million they are equal.
  if (fresh !== code) expectCode(await verify(challengeToken, code), 'INVALID_CODE');
  expect((await verify(challengeToken, fresh)).data!.verifyOtp.user.emailVerified).toBe(true);
});

test('the new code lives its own ten minutes', async () => {
  const { email, challengeToken } = await challenged();
  gateway.clock.advance(9 * 60_000);
  await resend(challengeToken);
  gateway.clock.advance(9 * 60_000);
  expect((await verify(challengeToken, await gateway.mailbox.codeFor(email))).errors).toEqual([]);
});

test('guesses that were used up stay used up', async () => {
  const { email, challengeToken, code } = await challenged();
  for (let tries = 0; tries < 4; tries++) await verify(challengeToken, wrongFor(code));
  gateway.clock.advance(COOLED_DOWN);
  await resend(challengeToken);
  const fresh = await gateway.mailbox.codeFor(email);
  expectCode(await verify(challengeToken, wrongFor(fresh)), 'INVALID_CODE');
  expectCode(await verify(challengeToken, fresh), 'TOO_MANY_ATTEMPTS');
  gateway.clock.advance(COOLED_DOWN);
  expectCode(await resend(challengeToken), 'TOO_MANY_ATTEMPTS');
});

test('within the cool-down it says how long to wait, and the code that is under way stays good', async () => {
  const { challengeToken, code } = await challenged();
  const answer = await resend(challengeToken);
  expectCode(answer, 'RATE_LIMITED');
  const { retryAfter, limit } = answer.errors[0]!.extensions;
  expect(limit).toBe('resendOtp.cooldown');
  expect(retryAfter).toBeGreaterThan(0);
  expect(retryAfter).toBeLessThanOrEqual(30);
  expect(answer.headers.get('retry-after')).toBe(String(retryAfter));
  expect((await verify(challengeToken, code)).errors).toEqual([]);
});

test('the wait that it names is enough', async () => {
  const { challengeToken } = await challenged();
  const { retryAfter } = (await resend(challengeToken)).errors[0]!.extensions;
  gateway.clock.advance(retryAfter! * 1000);
  expect((await resend(challengeToken)).errors).toEqual([]);
});

test('of twenty requests at once, one sends', async () => {
  const { email, challengeToken } = await challenged();
  gateway.clock.advance(COOLED_DOWN);
  const answers = await Promise.all(Array.from({ length: 20 }, () => resend(challengeToken)));
  expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
  const code = await gateway.mailbox.codeFor(email);
  expect((await verify(challengeToken, code)).errors).toEqual([]);
  expect(gateway.mailbox.all.filter(({ to }) => to === email)).toHaveLength(1);
});

describe('a challenge that is', () => {
  test('answered, expired or unknown is refused alike', async () => {
    const own = await startGateway();
    const [answered, expired] = [await challenged(own), await challenged(own)];
    await verify(answered.challengeToken, answered.code, own);
    own.clock.advance(10 * 60_000 + 1000);
    for (const token of [answered.challengeToken, expired.challengeToken, 'unknown', 'x\0y']) {
      expectCode(await resend(token, own), 'CHALLENGE_EXPIRED');
    }
    expectCode(await resend('', own), 'BAD_USER_INPUT');
  });

  test('of an unknown address is answered like any other, and sends no code', async () => {
    const person = await verifiedPerson(gateway);
    const { register } = await gateway.ask(REGISTER, { input: { email: person.email, password: STRONG_PASSWORD } });
    await gateway.mailbox.lastTo(person.email, 'already-registered');
    const real = await challenged();
    gateway.clock.advance(COOLED_DOWN);
    const outline = ({ text, status }: { text: string; status: number }) => {
      const answer = Object.entries<any>(JSON.parse(text).data.resendOtp);
      return [status, text.length, answer.map(([field, value]) => [field, String(value).length])];
    };
    const [fake, genuine] = [await resend(register.challengeToken), await resend(real.challengeToken)];
    expect(outline(fake)).toEqual(outline(genuine));
    // Both have an answer now; the later mail has arrived, so the earlier one would have.
    await gateway.mailbox.codeFor(real.email);
    expect(gateway.mailbox.all.filter(({ to, code }) => to === person.email && code)).toEqual([]);
    expectCode(await resend(register.challengeToken), 'RATE_LIMITED');
  });
});

test('twelve requests send five mails to one address at most', async () => {
  const strict = await startGateway({ LIMITS_FACTOR: '1', REDIS_URL: '' });
  const { email, challengeToken } = await challenged(strict);
  const codes: string[] = [];
  for (let request = 0; request < 12; request++) {
    strict.clock.advance(COOLED_DOWN);
    codes.push((await resend(challengeToken, strict)).errors[0]?.extensions.code ?? 'sent');
  }
  expect(codes.filter((code) => code === 'sent')).toHaveLength(4);
  expect(codes.at(-1)).toBe('RATE_LIMITED');
  await strict.mailbox.lastTo(email);
  expect(strict.mailbox.all.filter(({ to }) => to === email).length).toBeLessThanOrEqual(4);
});

test('is recorded with the account it concerns, where there is one', async () => {
  const optional = await gateway.replica({ EMAIL_VERIFICATION: 'optional' });
  const { email, challengeToken } = await challenged(optional);
  gateway.clock.advance(COOLED_DOWN);
  await resend(challengeToken);
  const events = await gateway.database.sql(
    `select outcome from audit_events e join users u on u.id = subject_id where email = $1 and action = 'resendOtp'`,
    [email],
  );
  expect(events).toEqual([{ outcome: 'SUCCEEDED' }]);
});
