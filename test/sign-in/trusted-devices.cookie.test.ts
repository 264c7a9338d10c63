import { beforeAll, describe, expect, test } from '@jest/globals';
import { REINSTATE_USER, SUSPEND_USER } from '../support/administration.js';
import type { Browser } from '../support/browser.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, LOGIN, type SignedInPerson } from '../support/people.js';
import { guarded, login, outcome, signInWithBoth, trusting, VERIFY } from '../support/trusted-device.js';

let gateway: TestGateway;
let boss: SignedInPerson;

beforeAll(async () => {
  gateway = await startGateway();
  boss = await admin(gateway);
});

const byAdmin = (document: string, input: object) => gateway.ask(document, { input }, { token: boss.accessToken });

describe('the cookie of a trusted device', () => {
  const cookieOf = (browser: Browser) => `sallyport-device=${browser.cookie('sallyport-device')}`;
  const origin = () => ({ origin: gateway.config.publicUrl });
  const from = (cookie: string, headers: Record<string, string>): Pick<Browser, 'gql'> => ({
    gql: (document, variables) => gateway.gql(document, variables, { cookie, headers }),
  });

  test('is worth nothing without the first factor', async () => {
    const person = await guarded(gateway);
    const stolen = from(cookieOf(await trusting(gateway, person)), origin());
    const { errors } = await stolen.gql(LOGIN, { input: { identifier: person.email, password: 'not the password' } });
    expectCode({ errors }, 'INVALID_CREDENTIALS');
    const code = { challengeToken: 'x'.repeat(32), code: '000000', trustDevice: true };
    expectCode(await stolen.gql(VERIFY, { input: code }), 'CHALLENGE_EXPIRED');
  });

  test('counts only from a page that may use it, and only whole', async () => {
    const person = await guarded(gateway);
    const cookie = cookieOf(await trusting(gateway, person));
    expect(await outcome(from(cookie, origin()), person)).toBe('SignedIn');
    expect(await outcome(from(cookie, { origin: 'https://evil.example' }), person)).toBe('SECOND_FACTOR');
    expect(await outcome(from(cookie, {}), person)).toBe('SECOND_FACTOR');
    const twice = `${cookie}; sallyport-device=${'x'.repeat(22)}`;
    expect(await outcome(from(twice, origin()), person)).toBe('SECOND_FACTOR');
    const [device] = cookie.split('.');
    expect(await outcome(from(device!, origin()), person)).toBe('SECOND_FACTOR');
  });

  test('that another host planted makes no device of the attacker trusted', async () => {
    const person = await guarded(gateway);
    const planted = `sallyport-device=${'p'.repeat(22)}`;
    const victim = from(planted, origin());
    await signInWithBoth(victim, person);
    // The attacker knows the id of the device and the password, and lacks what the answer gave to the browser of the victim.
    expect(await outcome(from(planted, origin()), person)).toBe('SECOND_FACTOR');
  });

  test('that is disputed, or of a foreign page, makes nothing trusted', async () => {
    const person = await guarded(gateway);
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
    const person = await guarded(gateway);
    const browser = await trusting(gateway, person);
    const [row] = await gateway.database.sql('select * from trusted_devices where user_id = $1', [person.id]);
    const [device] = browser.cookie('sallyport-device')!.split('.');
    expect(JSON.stringify(row)).not.toContain(device);
    expect(Buffer.from((row as any).device_hash).toString('utf8')).not.toContain(device);
  });
});

test('with TRUSTED_DEVICE_LIFETIME=0 every sign-in is asked, also on devices that were trusted before', async () => {
  const person = await guarded(gateway);
  const trusted = await trusting(gateway, person);
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
  const person = await guarded(gateway);
  const browser = gateway.browser();
  const { challengeToken } = await login(browser, person);
  const verifying = browser.gql(VERIFY, { input: { challengeToken, code: person.app.code(), trustDevice: true } });
  const ending = byAdmin(SUSPEND_USER, { userId: person.id });
  await Promise.all([verifying, ending]);
  await byAdmin(REINSTATE_USER, { userId: person.id });
  expect(await outcome(browser, person)).toBe('SECOND_FACTOR');
});
