import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from '../support/browser.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, ME, type Registered, registeredPerson, signIn } from '../support/people.js';
import {
  askReset,
  CHANGE_PASSWORD,
  NEW_PASSWORD,
  REQUEST_PASSWORD_RESET,
  RESET_PASSWORD,
} from '../support/recovery.js';

const NAME = 'sallyport-device';
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ LIMITS_FACTOR: '1', TRUST_PROXY: '1', REDIS_URL: '' });
});

let addresses = 0;
/** From a network of its own each time, so that only the limits of the account are at work. */
const elsewhere = () => ({ 'x-forwarded-for': `198.51.${Math.trunc(++addresses / 250)}.${(addresses % 250) + 1}` });

const login = (who: Browser | TestGateway, { email, password }: Pick<Registered, 'email' | 'password'>) =>
  who.gql(LOGIN, { input: { identifier: email, password } }, { headers: elsewhere() });

/** Guesses until the wait is ten minutes: from elsewhere, unless on the person's own device. */
async function attack(person: Registered, where: Browser | TestGateway = gateway): Promise<void> {
  for (let index = 0; index < 15; index += 1) {
    expectCode(await login(where, { ...person, password: `guess ${index}` }), 'INVALID_CREDENTIALS');
    if (index < 14) gateway.clock.advance(600_000);
  }
  expectCode(await login(where, { ...person, password: 'guess' }), 'RATE_LIMITED');
}

async function knownBrowser(person: Registered): Promise<Browser> {
  const browser = gateway.browser();
  expect((await login(browser, person)).errors).toEqual([]);
  return browser;
}

/** Each person from a network of their own: `register` is limited too. */
const newPerson = () => registeredPerson(gateway);

describe('a device on which the owner has signed in', () => {
  test('lets the owner sign in without delay while an attacker guesses, and others wait', async () => {
    const ada = await newPerson();
    const browser = await knownBrowser(ada);
    await attack(ada);
    expect((await login(browser, ada)).errors).toEqual([]);
    expectCode(await login(gateway, ada), 'RATE_LIMITED');
  });

  test('lets the owner ask for a new password after strangers have used up what the address is sent', async () => {
    const [ada, eve] = [await newPerson(), await newPerson()];
    const [browser, other] = [await knownBrowser(ada), await knownBrowser(eve)];
    const ask = (who: Browser | TestGateway) =>
      who.gql(REQUEST_PASSWORD_RESET, { input: { email: ada.email } }, { headers: elsewhere() });
    for (let times = 0; times < 6; times++) await ask(gateway);
    expectCode(await ask(gateway), 'RATE_LIMITED');
    expectCode(await ask(other), 'RATE_LIMITED');
    for (let times = 0; times < 5; times++) expect((await ask(browser)).errors).toEqual([]);
    expectCode(await ask(browser), 'RATE_LIMITED');
  });

  test('has its own count of wrong passwords, and does not end the wait of others', async () => {
    const ada = await newPerson();
    const browser = await knownBrowser(ada);
    await attack(ada, browser);
    await attack(ada);
    expect((await login(browser, ada)).errors).toEqual([]);
    expectCode(await login(gateway, ada), 'RATE_LIMITED');
    await attack(ada, browser);
    expectCode(await login(browser, ada), 'RATE_LIMITED');
  });

  test('is known by a cookie that scripts cannot read, other sites cannot send, and that identifies no one', async () => {
    const ada = await newPerson();
    const browser = await knownBrowser(ada);
    const line = browser.received.find((one) => one.startsWith(`${NAME}=`)) ?? '';
    expect(line.split('; ')).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Strict', 'Path=/graphql']));
    const days = (Date.parse(/Expires=([^;]+)/.exec(line)?.[1] ?? '') - gateway.clock.now().getTime()) / 86_400_000;
    expect(Math.round(days)).toBe(400);
    expect(browser.cookie(NAME)).toMatch(/^[\w-]{22}\.[\w-]{22}$/);
    expect(browser.cookie(NAME)).not.toContain(ada.id);
  });

  test('is known for each who signs in there', async () => {
    const [ada, eve] = [await newPerson(), await newPerson()];
    const browser = await knownBrowser(ada);
    expect((await login(browser, eve)).errors).toEqual([]);
    await attack(ada);
    expect((await login(browser, ada)).errors).toEqual([]);
    await attack(eve);
    expect((await login(browser, eve)).errors).toEqual([]);
  });
});

describe('the cookie', () => {
  test('opens nothing: the password is needed as ever', async () => {
    const ada = await newPerson();
    const browser = await knownBrowser(ada);
    expectCode(await login(browser, { ...ada, password: 'not it' }), 'INVALID_CREDENTIALS');
    expectCode(await gateway.gql(ME, {}, { cookie: `${NAME}=${browser.cookie(NAME)}` }), 'UNAUTHENTICATED');
  });

  test('of another account, or made up, changes nothing', async () => {
    const [ada, eve] = [await newPerson(), await newPerson()];
    const hers = await knownBrowser(eve);
    await attack(ada);
    const forged = [hers.cookie(NAME), `${'A'.repeat(22)}.${'A'.repeat(22)}`, ada.id, '', '.', 'x'.repeat(5000)];
    for (const value of forged) {
      const input = { identifier: ada.email, password: ada.password };
      const headers = { ...elsewhere(), origin: gateway.config.publicUrl };
      const answer = await gateway.gql(LOGIN, { input }, { cookie: `${NAME}=${value}`, headers });
      expectCode(answer, 'RATE_LIMITED');
    }
  });

  test('of a time before the password was changed is worth nothing: it may be a thief’s', async () => {
    const ada = await newPerson();
    const thief = await knownBrowser(ada);
    const reset = await askReset(gateway, ada.email);
    await gateway.ask(RESET_PASSWORD, { input: { ...reset, newPassword: NEW_PASSWORD } });
    await attack(ada);
    expectCode(await login(thief, { ...ada, password: 'a guess more' }), 'RATE_LIMITED');
  });

  test('is not looked at on a page of another origin', async () => {
    const ada = await newPerson();
    const value = (await knownBrowser(ada)).cookie(NAME);
    await attack(ada);
    const headers = { ...elsewhere(), origin: 'https://evil.example' };
    const input = { identifier: ada.email, password: ada.password };
    expectCode(await gateway.gql(LOGIN, { input }, { cookie: `${NAME}=${value}`, headers }), 'RATE_LIMITED');
  });
});

test('after changing the password the device is known again from the next sign-in on', async () => {
  const ada = await newPerson();
  const browser = await knownBrowser(ada);
  const { accessToken } = await signIn(gateway, ada, { headers: elsewhere() });
  const input = { currentPassword: ada.password, newPassword: NEW_PASSWORD };
  await gateway.ask(CHANGE_PASSWORD, { input }, { token: accessToken });
  const changed = { ...ada, password: NEW_PASSWORD };
  expect((await login(browser, changed)).errors).toEqual([]);
  await attack(changed);
  expect((await login(browser, changed)).errors).toEqual([]);
});
