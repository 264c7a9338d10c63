import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  claimsOf,
  END_USER_SESSIONS,
  REINSTATE_USER,
  SUSPEND_USER,
  UPDATE_USER_ROLES,
} from '../support/administration.js';
import { enrollApp } from '../support/authenticator-app.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, type Registered, type SignedInPerson } from '../support/people.js';
import { NEW_PASSWORD } from '../support/recovery.js';
import { guarded, type Guarded, login, outcome, signInWithBoth, trusting, VERIFY } from '../support/trusted-device.js';

let gateway: TestGateway;
let boss: SignedInPerson;

beforeAll(async () => {
  gateway = await startGateway();
});

const DAY = 86_400_000;

describe('a trusted device', () => {
  test('is not asked for the second factor, and its session has verified the password alone', async () => {
    const person = await guarded(gateway);
    const browser = await trusting(gateway, person);
    const { accessToken, user } = await login(browser, person);
    expect(user.id).toBe(person.id);
    expect(claimsOf(accessToken)).toMatchObject({ amr: ['pwd'], acr: 'urn:sallyport:acr:1' });
    // What wants a recent authentication still wants the factor.
    const answer = await gateway.gql('mutation { enrollTotp { secret } }', {}, { token: accessToken });
    expectCode(answer, 'REAUTHENTICATION_REQUIRED');
    expect(answer.errors[0]?.extensions.methods).toEqual(['TOTP', 'RECOVERY_CODE']);
  });

  test('is one device: another of the same user is asked', async () => {
    const person = await guarded(gateway);
    await trusting(gateway, person);
    const other = gateway.browser();
    await signInWithBoth(other, person, false);
    // Signed in there, known there, and not trusted.
    expect(await outcome(other, person)).toBe('SECOND_FACTOR');
    expect(await outcome(gateway.browser(), person)).toBe('SECOND_FACTOR');
    expect(await outcome(gateway, person)).toBe('SECOND_FACTOR');
  });

  test('is trusted by one user: another user of it is asked, and can trust it too', async () => {
    const [ada, bob] = [await guarded(gateway), await guarded(gateway)];
    const browser = await trusting(gateway, ada);
    expect(await outcome(browser, bob)).toBe('SECOND_FACTOR');
    await signInWithBoth(browser, bob, false);
    expect([await outcome(browser, bob), await outcome(browser, ada)]).toEqual(['SECOND_FACTOR', 'SignedIn']);
    await signInWithBoth(browser, bob);
    expect([await outcome(browser, bob), await outcome(browser, ada)]).toEqual(['SignedIn', 'SignedIn']);
  });

  test('is asked again after its time, which a sign-in without the factor does not prolong', async () => {
    const person = await guarded(gateway);
    const browser = await trusting(gateway, person);
    gateway.clock.advance(29 * DAY);
    expect(await outcome(browser, person)).toBe('SignedIn');
    gateway.clock.advance(2 * DAY);
    expect(await outcome(browser, person)).toBe('SECOND_FACTOR');
    await signInWithBoth(browser, person);
    expect(await outcome(browser, person)).toBe('SignedIn');
  });

  test('is what the user wished for: not without, and not for the code of an address', async () => {
    const person = await guarded(gateway);
    for (const trustDevice of [false, null]) {
      const browser = gateway.browser();
      await signInWithBoth(browser, person, trustDevice);
      expect(await outcome(browser, person)).toBe('SECOND_FACTOR');
    }
    // A code that verifies an address is no second factor.
    await gateway.database.sql('update users set email_verified_at = null where id = $1', [person.id]);
    const browser = gateway.browser();
    const { challengeToken } = await login(browser, person);
    const code = await gateway.mailbox.codeFor(person.email, 'sign-in-code');
    const { data } = await browser.gql<any>(VERIFY, { input: { challengeToken, code, trustDevice: true } });
    expect(data.verifyOtp.purpose).toBe('SECOND_FACTOR');
    await gateway.database.sql('update users set email_verified_at = now() where id = $1', [person.id]);
    expect(await outcome(browser, person)).toBe('SECOND_FACTOR');
  });

  test('is not made by a recovery code', async () => {
    const person = await guarded(gateway);
    const browser = gateway.browser();
    for (const code of person.app.recoveryCodes.slice(0, 2)) {
      const { challengeToken } = await login(browser, person);
      const { data } = await browser.gql<any>(VERIFY, { input: { challengeToken, code, trustDevice: true } });
      expect(data.verifyOtp.__typename).toBe('SignedIn');
    }
    expect(await outcome(browser, person)).toBe('SECOND_FACTOR');
  });
});

const byAdmin = (document: string, input: object) => gateway.ask(document, { input }, { token: boss.accessToken });

/** What makes each device of a user ask again, and what the user signs in with afterwards. */
const ENDS: [string, (person: Guarded, token: string) => Promise<Partial<Registered> | void>][] = [
  [
    'signs out everywhere',
    async (_, token) => void (await gateway.ask('mutation { logoutAll { endedSessions } }', {}, { token })),
  ],
  [
    'signs out everywhere else',
    async (_, token) =>
      void (await gateway.ask('mutation { logoutAll(input: { keepCurrent: true }) { endedSessions } }', {}, { token })),
  ],
  [
    'changes the password',
    async ({ password: currentPassword }, token) => {
      const change = 'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { id } }';
      await gateway.ask(change, { input: { currentPassword, newPassword: NEW_PASSWORD } }, { token });
      return { password: NEW_PASSWORD };
    },
  ],
  ['enrols another factor', async (_, token) => void (await enrollApp(gateway, token))],
  [
    'removes a factor, and another is left',
    async (person, token) => {
      const { factorId } = await enrollApp(gateway, token);
      // Trusted again, so that the removal alone is looked at.
      await gateway.database.sql(
        'update trusted_devices d set security_stamp = u.security_stamp from users u where u.id = d.user_id and u.id = $1',
        [person.id],
      );
      const remove = 'mutation ($input: FactorIdInput!) { removeFactor(input: $input) { id } }';
      await gateway.ask(remove, { input: { factorId } }, { token });
    },
  ],
  [
    'has every session ended by an administrator',
    async ({ id }) => void (await byAdmin(END_USER_SESSIONS, { userId: id })),
  ],
  [
    'is suspended, and reinstated',
    async ({ id }) => {
      await byAdmin(SUSPEND_USER, { userId: id });
      await byAdmin(REINSTATE_USER, { userId: id });
    },
  ],
  [
    'is given another role',
    async ({ id }) => void (await byAdmin(UPDATE_USER_ROLES, { userId: id, roles: ['user', 'admin'] })),
  ],
];

test.each(ENDS)('a device is asked again once its user %s', async (_name, end) => {
  // A role is given after a recent authentication.
  boss = await admin(gateway);
  const person = await guarded(gateway);
  const browser = await trusting(gateway, person);
  const now = { ...person, ...(await end(person, browser.token)) };
  expect(await outcome(browser, now)).toBe('SECOND_FACTOR');
  await signInWithBoth(browser, now);
  expect(await outcome(browser, now)).toBe('SignedIn');
});
