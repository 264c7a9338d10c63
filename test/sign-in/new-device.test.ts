import { beforeAll, describe, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.js';
import {
  LOGIN,
  verifiedPerson,
  type Registered,
  REGISTER,
  newEmail,
  STRONG_PASSWORD,
  VERIFY_OTP,
} from '../support/people.js';
import { askReset, NEW_PASSWORD, RESET_PASSWORD } from '../support/recovery.js';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';
const SAFARI =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ TRUST_PROXY: '1' });
});

const from = (address: string, userAgent = FIREFOX) => ({
  headers: { 'x-forwarded-for': address, 'user-agent': userAgent },
});

const login = ({ email, password }: Pick<Registered, 'email' | 'password'>, options: object) =>
  gateway.ask(LOGIN, { input: { identifier: email, password } }, options);

async function notices(email: string): Promise<number> {
  const rows = await gateway.database.sql(`select 1 from mails where recipient = $1 and template = 'new-sign-in'`, [
    email,
  ]);
  return rows.length;
}

describe('a sign-in on a device that the account has not seen', () => {
  test('is reported by mail: which device, when, and what to do', async () => {
    const ada = await verifiedPerson(gateway, { displayName: 'Ada', locale: 'de' });
    await login(ada, from('203.0.113.7', SAFARI));
    const mail = await gateway.mailbox.lastTo(ada.email, 'new-sign-in');
    expect(mail.text).toContain('Guten Tag Ada,');
    expect(mail.text).toContain('Gerät: Safari on macOS');
    expect(mail.text).toContain('Das waren nicht Sie?');
    expect(await notices(ada.email)).toBe(1);
  });

  test('is reported again from another network and by another browser, but not twice', async () => {
    const ada = await verifiedPerson(gateway);
    const devices = [from('203.0.113.7'), from('203.0.113.7', SAFARI), from('203.0.113.8')];
    for (const device of [...devices, ...devices]) await login(ada, device);
    expect(await notices(ada.email)).toBe(3);
  });
});

test('of two first sign-ins at once, the second is reported', async () => {
  const ada = await verifiedPerson(gateway);
  await gateway.database.sql('delete from sessions where user_id = $1', [ada.id]);
  await gateway.database.sql('update users set last_login_at = null where id = $1', [ada.id]);
  await Promise.all([login(ada, from('203.0.113.20')), login(ada, from('198.51.100.20', SAFARI))]);
  expect(await notices(ada.email)).toBe(1);
});

describe('nothing is reported', () => {
  test('of the very first sign-in', async () => {
    const email = newEmail();
    const { register } = await gateway.ask(
      REGISTER,
      { input: { email, password: STRONG_PASSWORD } },
      from('203.0.113.7'),
    );
    const code = await gateway.mailbox.codeFor(email);
    await gateway.ask(
      VERIFY_OTP,
      { input: { challengeToken: register.challengeToken, code } },
      from('198.51.100.9', SAFARI),
    );
    expect(await notices(email)).toBe(0);
  });

  test('of another address in the /64 that a household has', async () => {
    const ada = await verifiedPerson(gateway);
    await login(ada, from('2001:db8:5:6::1'));
    await login(ada, from('2001:db8:5:6:aaaa::2'));
    expect(await notices(ada.email)).toBe(1);
    await login(ada, from('2001:db8:5:7::1'));
    expect(await notices(ada.email)).toBe(2);
  });

  test('where the cookie knows the device, whatever network and browser version it has by now', async () => {
    const ada = await verifiedPerson(gateway);
    const browser = gateway.browser();
    const input = { identifier: ada.email, password: ada.password };
    await browser.gql(LOGIN, { input }, from('203.0.113.7'));
    const answer = await browser.gql(LOGIN, { input }, from('198.51.100.20', FIREFOX.replaceAll('145', '146')));
    expect(answer.errors).toEqual([]);
    expect(await notices(ada.email)).toBe(1);
  });

  test('of the sign-in that comes with a new password: the notice of that says enough', async () => {
    const ada = await verifiedPerson(gateway);
    const reset = await askReset(gateway, ada.email);
    await gateway.ask(RESET_PASSWORD, { input: { ...reset, newPassword: NEW_PASSWORD } }, from('203.0.113.7', SAFARI));
    expect(await notices(ada.email)).toBe(0);
    expect((await gateway.mailbox.lastTo(ada.email, 'password-changed')).text).toContain('Device: Safari on macOS');
  });
});

test('signing in over and over from devices that are new each time sends five mails an hour, and refuses nothing', async () => {
  const strict = await startGateway({ LIMITS_FACTOR: '1', REDIS_URL: '' });
  const ada = await verifiedPerson(strict);
  const input = { identifier: ada.email, password: ada.password };
  const sent = () =>
    strict.database.sql(`select 1 from mails where recipient = $1 and template = 'new-sign-in'`, [ada.email]);
  for (let times = 0; times < 9; times++)
    await strict.ask(LOGIN, { input }, { headers: { 'user-agent': `device ${times}` } });
  expect(await sent()).toHaveLength(5);
});
