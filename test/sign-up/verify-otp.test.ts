import { beforeAll, describe, expect, test } from '@jest/globals';
import { newCode } from '../../src/challenges/one-time-code.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, ME, newEmail, REGISTER, registeredPerson, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';

let gateway: TestGateway;
let optional: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
  optional = await gateway.replica({ EMAIL_VERIFICATION: 'optional' });
});

const verify = (challengeToken: string, code: unknown, at = gateway) =>
  at.gql(VERIFY_OTP, { input: { challengeToken, code } });
const codesOf = (answers: { errors: { extensions: { code: string } }[] }[]) =>
  answers.map(({ errors }) => errors[0]?.extensions.code ?? 'SignedIn');
const count = (codes: string[], wanted: string) => codes.filter((code) => code === wanted).length;
const wrongFor = (code: string) => code.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));

/** A registration whose code has come. */
async function challenged(at = gateway, email = newEmail()) {
  at.mailbox.forget();
  const { register } = await at.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
  return { email, challengeToken: register.challengeToken as string, code: await at.mailbox.codeFor(email) };
}

/** An account whose address is not verified, as where verification was optional, and whose code has come. */
const challengedAccount = () => challenged(optional);

/** What a known address gets: a challenge that no code answers. */
const unanswerable = async () => challenge(gateway, (await registeredPerson(gateway)).email);

test('the right code verifies the address and signs in, by e-mail code', async () => {
  const { email, challengeToken, code } = await challenged();
  const { data, headers } = await verify(challengeToken, code);
  const { accessToken, session, user } = data!.verifyOtp;
  expect(user).toMatchObject({ email, emailVerified: true });
  expect(session.current).toBe(true);
  expect(headers.get('cache-control')).toBe('no-store');
  const query = '{ me { id status sessions { id authenticationMethods } } }';
  const { me } = await gateway.ask(query, {}, { token: accessToken });
  expect(me).toEqual({
    id: user.id,
    status: 'ACTIVE',
    sessions: [{ id: session.id, authenticationMethods: ['EMAIL_CODE'] }],
  });
  const events = await gateway.database.sql(
    `select action, outcome, session_id from audit_events where subject_id = $1 and action = 'verifyOtp'`,
    [user.id],
  );
  expect(events).toEqual([{ action: 'verifyOtp', outcome: 'SUCCEEDED', session_id: session.id }]);
});

test('blanks and dashes, as people copy them from a mail, do not matter', async () => {
  const { challengeToken, code } = await challenged();
  const spaced = ` ${code.slice(0, 3)} ${code.slice(3, 5)}-${code.slice(5)}\n`;
  expect(codesOf([await verify(challengeToken, spaced)])).toEqual(['SignedIn']);
});

test('the refresh token comes as a cookie where that is asked for', async () => {
  const { challengeToken, code } = await challenged();
  const browser = gateway.browser();
  const { data } = await browser.gql(VERIFY_OTP, { input: { challengeToken, code, tokenDelivery: 'COOKIE' } });
  expect(data!.verifyOtp.refreshToken).toBeNull();
  expect(browser.received.join()).toMatch(/HttpOnly/);
});

describe('guessing', () => {
  test('200 wrong codes at once are compared five times at most, and the right one comes too late', async () => {
    const { email, challengeToken, code } = await challenged();
    const wrong = wrongFor(code);
    const userAgent = `guesses ${email}`;
    const guess = () =>
      gateway.gql(VERIFY_OTP, { input: { challengeToken, code: wrong } }, { headers: { 'user-agent': userAgent } });
    const codes = codesOf(await Promise.all(Array.from({ length: 200 }, guess)));
    expect(count(codes, 'INVALID_CODE')).toBe(5);
    expect(count(codes, 'TOO_MANY_ATTEMPTS')).toBe(195);
    expectCode(await verify(challengeToken, code), 'TOO_MANY_ATTEMPTS');
    const [challenge] = await gateway.database.sql('select attempts_left from challenges where email = $1', [email]);
    expect(challenge).toEqual({ attempts_left: 0 });
    const COMPARED = `select id from audit_events where code = 'INVALID_CODE' and user_agent = $1`;
    expect(await gateway.database.sql(COMPARED, [userAgent])).toHaveLength(5);
  });

  test('one after the other, each wrong code says how many are left', async () => {
    const { challengeToken, code } = await challenged();
    for (const left of [4, 3, 2, 1, 0]) {
      const answer = await verify(challengeToken, wrongFor(code));
      expectCode(answer, 'INVALID_CODE');
      expect(answer.errors[0]!.extensions.attemptsLeft).toBe(left);
    }
    expectCode(await verify(challengeToken, code), 'TOO_MANY_ATTEMPTS');
  });

  test('the last try may be the right one', async () => {
    const { challengeToken, code } = await challenged();
    for (let tries = 0; tries < 4; tries++) await verify(challengeToken, wrongFor(code));
    expect(codesOf([await verify(challengeToken, code)])).toEqual(['SignedIn']);
  });

  test('at a challenge without a user is answered alike', async () => {
    const [challengeToken, real] = [await unanswerable(), await challenged()];
    for (let tries = 0; tries < 6; tries++) {
      const [fake, genuine] = [
        await verify(challengeToken, '0000000'),
        await verify(real.challengeToken, wrongFor(real.code)),
      ];
      const plain = ({ text }: { text: string }) => text.replace(/"requestId":"[^"]+"/, '');
      expect(plain(fake)).toBe(plain(genuine));
      expect(fake.status).toBe(genuine.status);
    }
  });

  test('one code over many accounts from one network is throttled', async () => {
    const wide = await startGateway();
    const strict = await wide.replica({ LIMITS_FACTOR: '1', REDIS_URL: '' });
    const challenges: string[] = [];
    while (challenges.length < 64) {
      // Not all at once: the queue for hashing refuses what would wait for long.
      challenges.push(...(await Promise.all(Array.from({ length: 8 }, () => challenge(wide)))));
    }
    const codes = codesOf(await Promise.all(challenges.map((token) => verify(token, '1234567', strict))));
    expect(count(codes, 'INVALID_CODE')).toBeLessThanOrEqual(60);
    expect(count(codes, 'RATE_LIMITED')).toBeGreaterThanOrEqual(4);
  });

  test('new challenges for one address buy at most 30 guesses in a quarter of an hour', async () => {
    const wide = await startGateway();
    const strict = await wide.replica({ LIMITS_FACTOR: '1', REDIS_URL: '' });
    const email = newEmail();
    let compared = 0;
    for (let round = 0; round < 8; round++) {
      const token = await challenge(wide, email);
      const answers = await Promise.all(Array.from({ length: 6 }, () => verify(token, '1234567', strict)));
      compared += count(codesOf(answers), 'INVALID_CODE');
    }
    expect(compared).toBeGreaterThan(0);
    expect(compared).toBeLessThanOrEqual(30);
  });
});

test('twenty times the right code at once is one session', async () => {
  const { email, challengeToken, code } = await challenged();
  // Five tries: the others come too late for one reason or the other.
  const codes = codesOf(await Promise.all(Array.from({ length: 20 }, () => verify(challengeToken, code))));
  expect(count(codes, 'SignedIn')).toBe(1);
  expect(count(codes, 'CHALLENGE_EXPIRED') + count(codes, 'TOO_MANY_ATTEMPTS')).toBe(19);
  const sessions = await gateway.database.sql(
    'select s.id from sessions s join users u on u.id = user_id where email = $1',
    [email],
  );
  expect(sessions).toHaveLength(1);
});

describe('a code is good', () => {
  test('once', async () => {
    const { challengeToken, code } = await challenged();
    await verify(challengeToken, code);
    expectCode(await verify(challengeToken, code), 'CHALLENGE_EXPIRED');
  });

  test('for its own challenge', async () => {
    const [mine, theirs] = [await challenged(), await challenged()];
    expectCode(await verify(theirs.challengeToken, mine.code), 'INVALID_CODE');
    expectCode(await verify(`${mine.challengeToken}x`, mine.code), 'CHALLENGE_EXPIRED');
    expectCode(await verify(mine.code, mine.code), 'CHALLENGE_EXPIRED');
  });

  test('for ten minutes', async () => {
    const own = await startGateway();
    const [early, late] = [await challenged(own), await challenged(own)];
    own.clock.advance(9.5 * 60_000);
    expect(codesOf([await verify(early.challengeToken, early.code, own)])).toEqual(['SignedIn']);
    own.clock.advance(60_000);
    expectCode(await verify(late.challengeToken, late.code, own), 'CHALLENGE_EXPIRED');
  });

  test('for the address it was sent to, not for another that the account has by now', async () => {
    const { email, challengeToken, code } = await challengedAccount();
    await gateway.database.sql('update users set email = $2 where email = $1', [email, `moved-${email}`]);
    expectCode(await verify(challengeToken, code), 'INVALID_CREDENTIALS');
    const rows = await gateway.database.sql('select email_verified_at from users where email = $1', [`moved-${email}`]);
    expect(rows).toEqual([{ email_verified_at: null }]);
  });

  test('not for a user who has been suspended or deleted since', async () => {
    const [suspended, deleted] = [await challengedAccount(), await challengedAccount()];
    await gateway.database.sql('update users set suspended_at = now() where email = $1', [suspended.email]);
    await gateway.database.sql('update users set deleted_at = now() where email = $1', [deleted.email]);
    expectCode(await verify(suspended.challengeToken, suspended.code), 'ACCOUNT_SUSPENDED');
    expectCode(await verify(deleted.challengeToken, deleted.code), 'INVALID_CREDENTIALS');
  });
});

test('neither a challenge token nor a code is an access token', async () => {
  const { challengeToken, code } = await challenged();
  for (const token of [challengeToken, code]) expectCode(await gateway.gql(ME, {}, { token }), 'TOKEN_INVALID');
});

test.each([
  ['digits of another script', '１２３４５６７'],
  ['a NUL', '123\u00004567'],
  ['a lone surrogate', '\ud800'],
  ['nothing', ''],
  ['a sign', '-1'],
  ['an exponent', '1e6'],
])('%s is a wrong code like any other', async (_what, code) => {
  const { challengeToken } = await challenged();
  expectCode(await verify(challengeToken, code), 'INVALID_CODE');
});

test.each([
  ['an array', ['1234567']],
  ['an object', { $ne: null }],
  ['a number', 1234567],
  ['null', null],
  ['four kilobytes', '1'.repeat(4096)],
])('%s instead of a code is refused as input', async (_what, code) => {
  const { challengeToken } = await challenged();
  const answer = await verify(challengeToken, code);
  expectCode(answer, 'BAD_USER_INPUT');
  expect(answer.status).toBeLessThan(500);
});

test('codes differ, have the length that is set and begin with a zero as often as with any digit', async () => {
  const long = await startGateway({ OTP_LENGTH: '9' });
  const { code } = await challenged(long);
  expect(code).toMatch(/^\d{9}$/);
  const codes = Array.from({ length: 2000 }, () => newCode(gateway, 'ada@example.com'));
  expect(codes.every((one) => /^\d{7}$/.test(one))).toBe(true);
  expect(new Set(codes).size).toBeGreaterThan(1990);
  const zeros = codes.filter((one) => one.startsWith('0')).length;
  expect(zeros).toBeGreaterThan(120);
  expect(zeros).toBeLessThan(280);
});

test('the code ends in the same account as the password', async () => {
  const { email, challengeToken, code } = await challenged();
  const { verifyOtp } = await gateway.ask(VERIFY_OTP, { input: { challengeToken, code } });
  const { login } = await gateway.ask(LOGIN, { input: { identifier: email, password: STRONG_PASSWORD } });
  expect(login.user.id).toBe(verifyOtp.user.id);
  expect(login.session.id).not.toBe(verifyOtp.session.id);
});

async function challenge(at: TestGateway, email = newEmail()): Promise<string> {
  const { register } = await at.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
  return register.challengeToken;
}
