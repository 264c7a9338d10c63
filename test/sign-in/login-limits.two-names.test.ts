import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, newEmail, registeredPerson } from '../support/people.js';
import { askReset, NEW_PASSWORD, RESET_PASSWORD } from '../support/recovery.js';

// A machine that stands still for a second makes Redis time out, and each process then counts for itself. It does so once.
jest.retryTimes(2);

const WRONG = 'nine quiet harbours under snow';

describe('one person by e-mail address and username', () => {
  let wide: TestGateway;
  let alone: TestGateway;
  beforeAll(async () => {
    wide = await startGateway();
    // In memory the limits go by the gateway's clock, which a test can move.
    alone = await wide.replica({ LIMITS_FACTOR: '1', REDIS_URL: '', TRUST_PROXY: '1' });
  });

  let networks = 0;
  const from = () => ({ 'x-forwarded-for': `198.51.${Math.trunc(++networks / 250)}.${(networks % 250) + 1}` });
  const attempt = async (identifier: string, password: string): Promise<string> => {
    const { errors } = await alone.gql(LOGIN, { input: { identifier, password } }, { headers: from() });
    return errors[0]?.extensions.code ?? 'SignedIn';
  };

  /** As fast as the name's own delays allow. */
  async function guess(name: string, times: number): Promise<string[]> {
    const codes: string[] = [];
    for (let tries = 1; tries <= times; tries++) {
      codes.push(await attempt(name, `${WRONG} ${tries}`));
      if (tries >= 5) alone.clock.advance(1000 * 2 ** (tries - 5));
    }
    return codes;
  }

  test('has one budget of guesses, and no answer reveals that the names belong to one user', async () => {
    const [ada, eve] = [await registeredPerson(wide), await registeredPerson(wide)];
    const unknown = { email: newEmail('nobody'), username: 'nobody.at.all' };
    const heard = [];
    for (const [email, username] of [
      [unknown.email, unknown.username],
      [eve.email, 'nobody.as.well'],
      [ada.email, ada.username],
    ] as const)
      heard.push([...(await guess(email, 13)), ...(await guess(username, 8))]);
    expect(heard[0]).toEqual(Array(21).fill('INVALID_CREDENTIALS'));
    expect(heard[1]).toEqual(heard[0]);
    expect(heard[2]).toEqual(heard[0]);
    // Twenty were wrong for Ada: hers is not even right now. Eve, whose username nobody tried, comes in.
    expect(await attempt(ada.username, ada.password)).toBe('INVALID_CREDENTIALS');
    expect(await attempt(eve.username, eve.password)).toBe('SignedIn');
    alone.clock.advance(15 * 60_000);
    expect(await attempt(ada.username, ada.password)).toBe('SignedIn');
  });

  test('comes in by a new password that they have reset', async () => {
    const ada = await registeredPerson(wide);
    await guess(ada.email, 13);
    await guess(ada.username, 8);
    expect(await attempt(ada.username, ada.password)).toBe('INVALID_CREDENTIALS');
    wide.mailbox.forget();
    const reset = await askReset(alone, ada.email);
    await alone.ask(RESET_PASSWORD, { input: { ...reset, newPassword: NEW_PASSWORD } });
    alone.clock.advance(16_000);
    expect(await attempt(ada.username, NEW_PASSWORD)).toBe('SignedIn');
  });

  test('comes in by their password a quarter of an hour after an attack of a day by both names', async () => {
    const ada = await registeredPerson(wide);
    for (const name of [ada.email, ada.username]) await guess(name, 14);
    // As fast as the delays go on to allow: one by each name in ten minutes.
    for (let round = 0; round < 90; round += 1) {
      alone.clock.advance(10 * 60_000);
      for (const name of [ada.email, ada.username]) await attempt(name, `${WRONG} again ${round}`);
    }
    alone.clock.advance(15 * 60_000);
    expect(await attempt(ada.username, ada.password)).toBe('SignedIn');
  });

  test('signs in by the one while an attacker guesses by the other', async () => {
    const ada = await registeredPerson(wide);
    await guess(ada.email, 14);
    expect(await attempt(ada.username, ada.password)).toBe('SignedIn');
  });
});
