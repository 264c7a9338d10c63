import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { afterPassword, answerWith, type Enrolled, personWithTotp, STEP, totp } from '../support/factors.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { CHANGE_PASSWORD, NEW_PASSWORD } from '../support/recovery.js';
import { askAgain, REAUTHENTICATE } from '../support/step-up.js';

const DAY = 86_400_000;
const NOTICE = 'second-factor-failed';

let gateway: TestGateway;
beforeAll(async () => {
  // One notice a day, and room for the guesses of this file. In memory, limits go by the clock of the test.
  gateway = await startGateway({ LIMITS_FACTOR: '1', LIMIT_VERIFY_OTP_ADDRESS: '1000/10m', REDIS_URL: '' });
});

const wrongCode = ({ secret }: Enrolled) => totp(gateway, secret, 10 * STEP);

async function guess(person: Enrolled, times: number, code = wrongCode(person)): Promise<string> {
  const { challengeToken } = await afterPassword(gateway, person);
  for (let count = 0; count < times; count += 1)
    expectCode(await answerWith(gateway, challengeToken, code), 'INVALID_CODE');
  return challengeToken;
}

async function notices(email: string): Promise<number> {
  const mails = await gateway.database.sql('select 1 from mails where recipient = $1 and template = $2', [
    email,
    NOTICE,
  ]);
  return mails.length;
}

describe('someone who knows the password and not the second factor', () => {
  test('is reported to the owner once a challenge has no attempt left: what happened, and what to do', async () => {
    const ada = await personWithTotp(gateway, { displayName: 'Ada', locale: 'de' });
    await guess(ada, 4);
    expect(await notices(ada.email)).toBe(0);
    await guess(ada, 1);
    const mail = await gateway.mailbox.lastTo(ada.email, NOTICE);
    expect(mail.subject).toContain('Vielleicht kennt jemand Ihr Passwort');
    expect(mail.text).toContain('Guten Tag Ada,');
    expect(mail.text).toContain('Wählen Sie jetzt ein neues Passwort.');
  });

  test('is reported once a day, whatever they try', async () => {
    const ada = await personWithTotp(gateway);
    const challengeToken = await guess(ada, 5);
    expect(await notices(ada.email)).toBe(1);
    expectCode(await answerWith(gateway, challengeToken, wrongCode(ada)), 'TOO_MANY_ATTEMPTS');
    await guess(ada, 5);
    await guess(ada, 5, '0000-0000-00000');
    expect(await notices(ada.email)).toBe(1);
    gateway.clock.advance(DAY + 1000);
    await guess(ada, 5);
    expect(await notices(ada.email)).toBe(2);
  });

  test('is reported for guesses of one day at several challenges', async () => {
    const [ada, eve] = [await personWithTotp(gateway), await personWithTotp(gateway)];
    await guess(ada, 3);
    await guess(ada, 2);
    expect(await notices(ada.email)).toBe(1);
    await guess(eve, 4);
    gateway.clock.advance(DAY + 1000);
    await guess(eve, 4);
    expect(await notices(eve.email)).toBe(0);
  });

  test('is reported once for guesses at the same time', async () => {
    const ada = await personWithTotp(gateway);
    const { challengeToken } = await afterPassword(gateway, ada);
    await Promise.all(Array.from({ length: 12 }, () => answerWith(gateway, challengeToken, wrongCode(ada))));
    expect(await notices(ada.email)).toBe(1);
  });
});

describe('nothing is reported', () => {
  test('of challenges without an answer', async () => {
    const ada = await personWithTotp(gateway);
    for (let count = 0; count < 6; count += 1) await afterPassword(gateway, ada);
    expect(await notices(ada.email)).toBe(0);
  });

  test('of an owner who mistypes codes before the right one', async () => {
    const ada = await personWithTotp(gateway);
    for (let count = 0; count < 2; count += 1) {
      const challengeToken = await guess(ada, 4);
      expect((await answerWith(gateway, challengeToken, totp(gateway, ada.secret))).errors).toEqual([]);
      gateway.clock.advance(STEP);
    }
    expect(await notices(ada.email)).toBe(0);
  });

  test('of wrong passwords, nor of wrong codes in a session', async () => {
    const ada = await personWithTotp(gateway);
    for (let count = 0; count < 4; count += 1)
      await expect(afterPassword(gateway, { ...ada, password: 'not the password of Ada' })).rejects.toThrow();
    const { accessToken: token } = ada;
    const { challengeToken } = await askAgain(gateway, token);
    for (let count = 0; count < 5; count += 1)
      await gateway.gql(REAUTHENTICATE, { input: { challengeToken, code: wrongCode(ada) } }, { token });
    expect(await notices(ada.email)).toBe(0);
  });

  test('of guesses from before a new password', async () => {
    const ada = await personWithTotp(gateway);
    await guess(ada, 4);
    const { accessToken: token } = ada;
    const input = { currentPassword: ada.password, newPassword: NEW_PASSWORD };
    expect((await gateway.gql(CHANGE_PASSWORD, { input }, { token })).errors).toEqual([]);
    await guess({ ...ada, password: NEW_PASSWORD }, 4);
    expect(await notices(ada.email)).toBe(0);
  });
});
