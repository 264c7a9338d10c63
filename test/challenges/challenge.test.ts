import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import {
  CHALLENGE_STATE,
  LOGIN,
  newEmail,
  REGISTER,
  type Registered,
  registeredPerson,
  signedInPerson,
  STRONG_PASSWORD,
  VERIFY_OTP,
} from '../support/people.js';
import {
  askEmailChange,
  CHANGE_PASSWORD,
  CONFIRM_EMAIL_CHANGE,
  NEW_PASSWORD,
  REQUEST_PASSWORD_RESET,
  REQUEST_SIGN_IN_CODE,
} from '../support/recovery.js';
import { OTHER_PASSWORD } from '../support/registrations.js';
import { tapWire } from '../support/wire.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

async function stateOf(challengeToken: string, at = gateway): Promise<string> {
  const { challenge } = await at.ask(CHALLENGE_STATE, { challengeToken });
  return challenge.state;
}

async function registers(email: string, password = STRONG_PASSWORD, at = gateway): Promise<string> {
  return (await at.ask(REGISTER, { input: { email, password } })).register.challengeToken;
}

async function resets(email: string, at: Pick<TestGateway, 'gql'> = gateway): Promise<string> {
  const { data } = await at.gql(REQUEST_PASSWORD_RESET, { input: { email } });
  return data!.requestPasswordReset.challengeToken;
}

async function asksSignInCode(email: string, at = gateway): Promise<string> {
  return (await at.ask(REQUEST_SIGN_IN_CODE, { input: { email } })).requestSignInCode.challengeToken;
}

/** Presses the button of the page that the newest mail links to, as on another device. */
async function press(email: string, fields: Record<string, string> = {}): Promise<void> {
  const { link } = await gateway.mailbox.lastTo(email);
  const { pathname, searchParams } = new URL(link!);
  const page = await gateway.http(pathname, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ ...Object.fromEntries(searchParams), ...fields }),
  });
  expect(page.status).toBe(200);
}

describe('the tab that waits', () => {
  test('learns that the link was followed elsewhere, and gets no session', async () => {
    const email = newEmail();
    const token = await registers(email);
    expect(await stateOf(token)).toBe('PENDING');
    await gateway.mailbox.codeFor(email, 'verify-email');
    await press(email);
    const { data, headers } = await gateway.gql(CHALLENGE_STATE, { challengeToken: token });
    expect(data!.challenge).toEqual({
      state: 'ANSWERED',
      purpose: 'VERIFY_EMAIL',
      expiresAt: expect.stringMatching(/^\d{4}-/),
    });
    expect(headers.getSetCookie()).toEqual([]);
    const { login } = await gateway.ask(LOGIN, { input: { identifier: email, password: STRONG_PASSWORD } });
    expect(login.__typename).toBe('SignedIn');
  });

  test('learns that the challenge has expired, was replaced, or accepts no more codes', async () => {
    const own = await startGateway();
    const [expired, replaced, guessed] = [newEmail(), newEmail(), newEmail()];
    const first = await registers(replaced, STRONG_PASSWORD, own);
    const second = await registers(replaced, STRONG_PASSWORD, own);
    expect([await stateOf(first, own), await stateOf(second, own)]).toEqual(['EXPIRED', 'PENDING']);

    const tried = await registers(guessed, STRONG_PASSWORD, own);
    for (let tries = 0; tries < 5; tries += 1)
      expectCode(await own.gql(VERIFY_OTP, { input: { challengeToken: tried, code: '0000000' } }), 'INVALID_CODE');
    expect(await stateOf(tried, own)).toBe('EXPIRED');

    const late = await registers(expired, STRONG_PASSWORD, own);
    own.clock.advance(11 * 60_000);
    expect(await stateOf(late, own)).toBe('EXPIRED');
  });

  test('learns of an answer in a session, and of a reset on a known device', async () => {
    const ada = await signedInPerson(gateway);
    const change = await askEmailChange(gateway, ada, newEmail());
    expect(await stateOf(change.challengeToken)).toBe('PENDING');
    await gateway.ask(CONFIRM_EMAIL_CHANGE, { input: change }, { token: ada.accessToken });
    expect(await stateOf(change.challengeToken)).toBe('ANSWERED');

    const eve = await registeredPerson(gateway);
    const browser = gateway.browser();
    await browser.gql(LOGIN, { input: { identifier: eve.email, password: eve.password } });
    const token = await resets(eve.email, browser);
    await gateway.mailbox.codeFor(eve.email, 'reset-password');
    await press(eve.email, { newPassword: NEW_PASSWORD });
    expect(await stateOf(token)).toBe('ANSWERED');
  });
});

test('an unknown token, which any text is, is reported as expired', async () => {
  for (const challengeToken of ['', 'x', 'A'.repeat(32), 'ü'.repeat(5000)]) {
    const { challenge } = await gateway.ask(CHALLENGE_STATE, { challengeToken });
    expect(challenge).toMatchObject({ state: 'EXPIRED', purpose: 'VERIFY_EMAIL' });
  }
});

// A stranger has the token of each challenge that they asked for.
describe('a stranger does not learn from it whether an address has an account', () => {
  /** What the stranger sees for both addresses, after what the owner of the known one has done. */
  async function seen(
    ask: (email: string) => Promise<string>,
    ownerDoes: (owner: Registered) => Promise<unknown>,
  ): Promise<[known: string, unknown: string]> {
    const owner = await registeredPerson(gateway);
    gateway.mailbox.forget();
    const [known, unknown] = [await ask(owner.email), await ask(newEmail())];
    expect(await stateOf(known)).toBe(await stateOf(unknown));
    await ownerDoes(owner);
    return [await stateOf(known), await stateOf(unknown)];
  }

  async function changesPassword({ email, password }: Registered): Promise<void> {
    const { login } = await gateway.ask(LOGIN, { input: { identifier: email, password } });
    const input = { currentPassword: password, newPassword: NEW_PASSWORD };
    await gateway.ask(CHANGE_PASSWORD, { input }, { token: login.accessToken });
  }

  test('when the owner follows the link of a reset that the stranger asked for', async () => {
    const states = await seen(
      (email) => resets(email),
      async ({ email }) => {
        await gateway.mailbox.codeFor(email, 'reset-password');
        await press(email, { newPassword: NEW_PASSWORD });
      },
    );
    expect(states).toEqual(['PENDING', 'PENDING']);
  });

  test.each<[string, (email: string) => Promise<string>]>([
    ['a reset', (email) => resets(email)],
    ['a registration', (email) => registers(email, OTHER_PASSWORD)],
    ['a sign-in code', (email) => asksSignInCode(email)],
  ])('when the owner changes the password and so voids %s', async (_, ask) => {
    expect(await seen(ask, changesPassword)).toEqual(['PENDING', 'PENDING']);
  });

  test('when the owner guesses at codes of a reset, and when a sign-in by a code is reported', async () => {
    const guesses = async ({ email }: Registered) => {
      const { link } = await gateway.mailbox.lastTo(email);
      const challengeToken = new URL(link!).searchParams.get('challenge');
      const input = { challengeToken, code: '0000000', newPassword: NEW_PASSWORD };
      const RESET = 'mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { __typename } }';
      for (let tries = 0; tries < 5; tries += 1) expectCode(await gateway.gql(RESET, { input }), 'INVALID_CODE');
    };
    const awaited = async (owner: Registered) => {
      await gateway.mailbox.codeFor(owner.email, 'reset-password');
      await guesses(owner);
    };
    expect(await seen((email) => resets(email), awaited)).toEqual(['PENDING', 'PENDING']);

    for (const email of [(await registeredPerson(gateway)).email, newEmail()]) {
      gateway.mailbox.forget();
      const challengeToken = await asksSignInCode(email);
      const code = await gateway.mailbox.codeFor(email, 'sign-in-by-code');
      await gateway.ask(VERIFY_OTP, { input: { challengeToken, code } });
      expect(await stateOf(challengeToken)).toBe('ANSWERED');
    }
  });

  test('where registration is closed, by a sign-in code that is answered', async () => {
    const closed = await gateway.replica({ REGISTRATION: 'closed' });
    const { email } = await registeredPerson(gateway);
    gateway.mailbox.forget();
    const [known, unknown] = [await asksSignInCode(email, closed), await asksSignInCode(newEmail(), closed)];
    const code = await gateway.mailbox.codeFor(email, 'sign-in-by-code');
    await closed.ask(VERIFY_OTP, { input: { challengeToken: known, code } });
    expect([await stateOf(known, closed), await stateOf(unknown, closed)]).toEqual(['PENDING', 'PENDING']);
  });
});

let tap: (() => Promise<void>) | undefined;
afterAll(() => tap?.());

test('a question is one statement, and questions have a limit of their own', async () => {
  const wire = await tapWire(gateway.database.tcpUrl);
  const tapped = await gateway.replica({ DATABASE_URL: wire.url, JOBS: 'off', LIMITS_FACTOR: '0.001', REDIS_URL: '' });
  tap = async () => {
    await tapped.close();
    await wire.close();
  };
  await tapped.http('/health/ready');
  const ask = () => tapped.gql(CHALLENGE_STATE, { challengeToken: 'x' });
  const { statements } = await wire.during(ask);
  expect(statements).toHaveLength(1);
  await ask();
  await ask();
  expectCode(await ask(), 'RATE_LIMITED');
});
