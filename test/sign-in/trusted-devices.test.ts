import { beforeAll, describe, expect, test } from '@jest/globals';
import { END_USER_SESSIONS, REINSTATE_USER, SUSPEND_USER, UPDATE_USER_ROLES } from '../support/administration.js';
import { type AuthenticatorApp, enrollApp } from '../support/authenticator-app.js';
import type { Browser } from '../support/browser.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import {
  admin,
  CHALLENGE,
  LOGIN,
  type Registered,
  SIGNED_IN,
  signedInPerson,
  type SignedInPerson,
} from '../support/people.js';
import { NEW_PASSWORD } from '../support/recovery.js';

let gateway: TestGateway;
let boss: SignedInPerson;

beforeAll(async () => {
  gateway = await startGateway();
  boss = await admin(gateway);
});

const DAY = 86_400_000;
const VERIFY = /* GraphQL */ `
  mutation ($input: VerifyOtpInput!) {
    verifyOtp(input: $input) {
      __typename
      ...SignedIn
      ...Challenge
    }
  }
  ${SIGNED_IN}
  ${CHALLENGE}
`;

interface Guarded extends SignedInPerson {
  app: AuthenticatorApp;
}

/** Has an authenticator app, which was enrolled elsewhere. */
async function guarded(at = gateway): Promise<Guarded> {
  const person = await signedInPerson(at);
  return { ...person, app: await enrollApp(at, person.accessToken) };
}

async function login(browser: Pick<Browser, 'gql'>, { email, password }: Pick<Registered, 'email' | 'password'>) {
  const { data } = await browser.gql<any>(LOGIN, { input: { identifier: email, password } });
  return data.login;
}

/** What a sign-in by password leads to. */
async function outcome(browser: Pick<Browser, 'gql'>, person: Pick<Registered, 'email' | 'password'>): Promise<string> {
  const answer = await login(browser, person);
  return answer.purpose ?? answer.__typename;
}

/** Signs in with both factors. */
async function signInWithBoth(browser: Pick<Browser, 'gql'>, person: Guarded, trustDevice: boolean | null = true) {
  const { challengeToken } = await login(browser, person);
  const { data } = await browser.gql<any>(VERIFY, { input: { challengeToken, code: person.app.code(), trustDevice } });
  expect(data.verifyOtp.__typename).toBe('SignedIn');
  return data.verifyOtp as { accessToken: string; session: { id: string } };
}

/** A browser that is trusted. */
async function trusting(person: Guarded): Promise<Browser & { token: string }> {
  const browser = gateway.browser();
  const { accessToken: token } = await signInWithBoth(browser, person);
  expect(await outcome(browser, person)).toBe('SignedIn');
  return { ...browser, token };
}

describe('a trusted device', () => {
  test('is not asked for the second factor, and its session has verified the password alone', async () => {
    const person = await guarded();
    const browser = await trusting(person);
    const { accessToken, user } = await login(browser, person);
    expect(user.id).toBe(person.id);
    const claims = JSON.parse(Buffer.from(accessToken.split('.')[1]!, 'base64url').toString());
    expect(claims).toMatchObject({ amr: ['pwd'], acr: 'urn:sallyport:acr:1' });
    // What wants a recent authentication still wants the factor.
    const answer = await gateway.gql('mutation { enrollTotp { secret } }', {}, { token: accessToken });
    expectCode(answer, 'REAUTHENTICATION_REQUIRED');
    expect(answer.errors[0]?.extensions.methods).toEqual(['TOTP', 'RECOVERY_CODE']);
  });

  test('is one device: another of the same user is asked', async () => {
    const person = await guarded();
    await trusting(person);
    const other = gateway.browser();
    await signInWithBoth(other, person, false);
    // Signed in there, known there, and not trusted.
    expect(await outcome(other, person)).toBe('SECOND_FACTOR');
    expect(await outcome(gateway.browser(), person)).toBe('SECOND_FACTOR');
    expect(await outcome(gateway, person)).toBe('SECOND_FACTOR');
  });

  test('is trusted by one user: another user of it is asked, and can trust it too', async () => {
    const [ada, bob] = [await guarded(), await guarded()];
    const browser = await trusting(ada);
    expect(await outcome(browser, bob)).toBe('SECOND_FACTOR');
    await signInWithBoth(browser, bob, false);
    expect([await outcome(browser, bob), await outcome(browser, ada)]).toEqual(['SECOND_FACTOR', 'SignedIn']);
    await signInWithBoth(browser, bob);
    expect([await outcome(browser, bob), await outcome(browser, ada)]).toEqual(['SignedIn', 'SignedIn']);
  });

  test('is asked again after its time, which a sign-in without the factor does not prolong', async () => {
    const person = await guarded();
    const browser = await trusting(person);
    gateway.clock.advance(29 * DAY);
    expect(await outcome(browser, person)).toBe('SignedIn');
    gateway.clock.advance(2 * DAY);
    expect(await outcome(browser, person)).toBe('SECOND_FACTOR');
    await signInWithBoth(browser, person);
    expect(await outcome(browser, person)).toBe('SignedIn');
  });

  test('is what the user wished for: not without, and not for the code of an address', async () => {
    const person = await guarded();
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
  const person = await guarded();
  const browser = await trusting(person);
  const now = { ...person, ...(await end(person, browser.token)) };
  expect(await outcome(browser, now)).toBe('SECOND_FACTOR');
  await signInWithBoth(browser, now);
  expect(await outcome(browser, now)).toBe('SignedIn');
});

describe('the cookie of a trusted device', () => {
  const cookieOf = (browser: Browser) => `sallyport-device=${browser.cookie('sallyport-device')}`;
  const origin = () => ({ origin: gateway.config.publicUrl });
  const from = (cookie: string, headers: Record<string, string>): Pick<Browser, 'gql'> => ({
    gql: (document, variables) => gateway.gql(document, variables, { cookie, headers }),
  });

  test('is worth nothing without the first factor', async () => {
    const person = await guarded();
    const stolen = from(cookieOf(await trusting(person)), origin());
    const { errors } = await stolen.gql(LOGIN, { input: { identifier: person.email, password: 'not the password' } });
    expectCode({ errors }, 'INVALID_CREDENTIALS');
    const code = { challengeToken: 'x'.repeat(32), code: '000000', trustDevice: true };
    expectCode(await stolen.gql(VERIFY, { input: code }), 'CHALLENGE_EXPIRED');
  });

  test('counts only from a page that may use it, and only whole', async () => {
    const person = await guarded();
    const cookie = cookieOf(await trusting(person));
    expect(await outcome(from(cookie, origin()), person)).toBe('SignedIn');
    expect(await outcome(from(cookie, { origin: 'https://evil.example' }), person)).toBe('SECOND_FACTOR');
    expect(await outcome(from(cookie, {}), person)).toBe('SECOND_FACTOR');
    const twice = `${cookie}; sallyport-device=${'x'.repeat(22)}`;
    expect(await outcome(from(twice, origin()), person)).toBe('SECOND_FACTOR');
    const [device] = cookie.split('.');
    expect(await outcome(from(device!, origin()), person)).toBe('SECOND_FACTOR');
  });

  test('that another host planted makes no device of the attacker trusted', async () => {
    const person = await guarded();
    const planted = `sallyport-device=${'p'.repeat(22)}`;
    const victim = from(planted, origin());
    await signInWithBoth(victim, person);
    // The attacker knows the id of the device and the password, and lacks what the answer gave to the browser of the victim.
    expect(await outcome(from(planted, origin()), person)).toBe('SECOND_FACTOR');
  });

  test('that is disputed, or of a foreign page, makes nothing trusted', async () => {
    const person = await guarded();
    const browser = gateway.browser();
    await signInWithBoth(browser, person, false);
    const count = async () =>
      (await gateway.database.sql('select 1 from trusted_devices where user_id = $1', [person.id])).length;
    for (const [cookie, headers] of [
      [cookieOf(browser), { origin: 'https://evil.example' }],
      [`${cookieOf(browser)}; sallyport-device=${'x'.repeat(22)}`, origin()],
    ] as const) {
      await signInWithBoth(from(cookie, headers), person);
      expect(await count()).toBe(0);
    }
  });

  test('is not what the server keeps: it has a hash of the device', async () => {
    const person = await guarded();
    const browser = await trusting(person);
    const [row] = await gateway.database.sql('select * from trusted_devices where user_id = $1', [person.id]);
    const [device] = browser.cookie('sallyport-device')!.split('.');
    expect(JSON.stringify(row)).not.toContain(device);
    expect(Buffer.from((row as any).device_hash).toString('utf8')).not.toContain(device);
  });
});

test('with TRUSTED_DEVICE_LIFETIME=0 every sign-in is asked, also on devices that were trusted before', async () => {
  const person = await guarded();
  const trusted = await trusting(person);
  const strict = await gateway.replica({ TRUSTED_DEVICE_LIFETIME: '0' });
  const cookie = `sallyport-device=${trusted.cookie('sallyport-device')}`;
  const there: Pick<Browser, 'gql'> = {
    gql: (document, variables) =>
      strict.gql(document, variables, { cookie, headers: { origin: gateway.config.publicUrl } }),
  };
  expect(await outcome(there, person)).toBe('SECOND_FACTOR');
  const browser = strict.browser();
  await signInWithBoth(browser, person);
  expect(await outcome(browser, person)).toBe('SECOND_FACTOR');
});

test('of a session that ends everywhere while a device becomes trusted, no trust is left', async () => {
  const person = await guarded();
  const browser = gateway.browser();
  const { challengeToken } = await login(browser, person);
  const verifying = browser.gql(VERIFY, { input: { challengeToken, code: person.app.code(), trustDevice: true } });
  const ending = byAdmin(SUSPEND_USER, { userId: person.id });
  await Promise.all([verifying, ending]);
  await byAdmin(REINSTATE_USER, { userId: person.id });
  expect(await outcome(browser, person)).toBe('SECOND_FACTOR');
});
