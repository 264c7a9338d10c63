import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, newEmail, REGISTER, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  // Room for twenty at once, however slow the machine: none of them is to be refused for want of it.
  gateway = await startGateway();
});

const OTHER_PASSWORD = 'nine quiet harbours under snow';

const register = (input: Record<string, unknown>) =>
  gateway.gql(REGISTER, { input: { password: STRONG_PASSWORD, ...input } });
const login = (identifier: string, password = STRONG_PASSWORD) =>
  gateway.gql(LOGIN, { input: { identifier, password } });
const usersOf = (email: string) =>
  gateway.database.sql<{ id: string }>('select id, username from users where email = $1', [email]);
const pendingOf = (email: string) =>
  gateway.database.sql<{ id: string }>('select id, username from pending_registrations where email = $1', [email]);

describe('an address that was never verified', () => {
  test('belongs to the newest registration: the password planted before is dead, and its code too', async () => {
    const email = newEmail('victim');
    const planted = await register({ email, password: OTHER_PASSWORD, displayName: 'Mallory' });
    const plantedCode = await gateway.mailbox.codeFor(email);
    gateway.mailbox.forget();
    const own = await register({ email });
    const code = await gateway.mailbox.codeFor(email);

    const late = await gateway.gql(VERIFY_OTP, {
      input: { challengeToken: planted.data!.register.challengeToken, code: plantedCode },
    });
    expectCode(late, 'CHALLENGE_EXPIRED');
    await gateway.ask(VERIFY_OTP, { input: { challengeToken: own.data!.register.challengeToken, code } });
    expectCode(await login(email, OTHER_PASSWORD), 'INVALID_CREDENTIALS');
    expect((await login(email)).data!.login.__typename).toBe('SignedIn');
    const [row] = await gateway.database.sql('select display_name from users where email = $1', [email]);
    expect(row).toEqual({ display_name: null });
  });

  // Whoever reads the mail may press its button; the password that would then be good is the stranger's.
  test('is verified by no link once a stranger may have registered it: not in that mail, a repeated or a sign-in one', async () => {
    const email = newEmail('victim');
    await register({ email });
    expect((await gateway.mailbox.lastTo(email)).link).toContain('/verify?');
    gateway.mailbox.forget();
    const { data } = await register({ email, password: OTHER_PASSWORD });
    expect((await gateway.mailbox.lastTo(email)).link).toBeUndefined();
    gateway.mailbox.forget();
    gateway.clock.advance(gateway.config.otpCooldown + 1000);
    const { challengeToken } = data!.register;
    await gateway.ask('mutation ($input: ResendOtpInput!) { resendOtp(input: $input) { expiresAt } }', {
      input: { challengeToken },
    });
    expect((await gateway.mailbox.lastTo(email)).link).toBeUndefined();
    gateway.mailbox.forget();
    await login(email, OTHER_PASSWORD);
    const mail = await gateway.mailbox.lastTo(email, 'sign-in-code');
    expect(mail.link).toBeUndefined();
    expect(mail.html).not.toContain('/verify?');
  });

  test('is not claimed any more from the moment on at which it is verified, however close the two are', async () => {
    for (let round = 0; round < 5; round += 1) {
      gateway.mailbox.forget();
      const email = newEmail('victim');
      const own = await register({ email });
      const code = await gateway.mailbox.codeFor(email);
      const input = { challengeToken: own.data!.register.challengeToken, code };
      const [verified, claimed] = await Promise.all([
        gateway.gql(VERIFY_OTP, { input }),
        register({ email, password: OTHER_PASSWORD, displayName: 'Mallory' }),
      ]);
      expect(claimed.errors).toEqual([]);
      expect(await pendingOf(email)).toHaveLength(1);
      // Either the claim came first, and the code is dead, or the account is the owner's and the claim opens nothing.
      if (verified.errors.length > 0) {
        expectCode(verified, 'CHALLENGE_EXPIRED');
        expect(await usersOf(email)).toEqual([]);
      } else {
        expect(verified.data!.verifyOtp.user.email).toBe(email);
        expect((await login(email)).data!.login.user.id).toBe(verified.data!.verifyOtp.user.id);
        expect((await gateway.mailbox.lastTo(email, 'already-registered')).code).toBeUndefined();
      }
      expect((await login(email, OTHER_PASSWORD)).data?.login.__typename).not.toBe('SignedIn');
    }
  });

  test('keeps the username of the newest registration', async () => {
    const [email, username] = [newEmail(), `again${Date.now()}`];
    await register({ email, username: `${username}before` });
    expect((await register({ email, username })).errors).toEqual([]);
    expect(await pendingOf(email)).toMatchObject([{ username }]);
  });

  test('ends in one registration with one password and one live code, however many register it at once', async () => {
    const email = newEmail();
    const passwords = Array.from({ length: 20 }, (_, index) => `${OTHER_PASSWORD} ${index}`);
    const answers = await Promise.all(passwords.map((password) => register({ email, password })));
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    expect(await pendingOf(email)).toHaveLength(1);
    const live = await gateway.database.sql<{ token_hash: Buffer }>(
      'select token_hash from challenges where email = $1 and answered_at is null',
      [email],
    );
    expect(live).toHaveLength(1);

    // The code that still works and the password that counts are those of one and the same registration.
    const winner = answers.findIndex(({ data }) =>
      createHash('sha256').update(data!.register.challengeToken).digest().equals(live[0]!.token_hash),
    );
    const outcomes = await Promise.all(passwords.map((password) => login(email, password)));
    const accepted = outcomes.flatMap(({ errors }, index) => (errors.length === 0 ? [index] : []));
    expect(accepted).toEqual([winner]);
  });
});

test('of eight who want one username and verify at once, each has an account, and one the username', async () => {
  gateway.mailbox.forget();
  const username = `race${Date.now()}`;
  const challenges: { challengeToken: string; code: string }[] = [];
  for (let person = 0; person < 8; person += 1) {
    const email = newEmail();
    const { data } = await register({ email, username });
    challenges.push({
      challengeToken: data!.register.challengeToken,
      code: await gateway.mailbox.codeFor(email, 'verify-email'),
    });
  }
  const answers = await Promise.all(challenges.map((input) => gateway.gql(VERIFY_OTP, { input })));
  expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  const names = answers.map(({ data }) => data!.verifyOtp.user.username);
  expect(names.filter((name) => name === username)).toHaveLength(1);
  expect(names.filter((name) => name === null)).toHaveLength(7);
});
