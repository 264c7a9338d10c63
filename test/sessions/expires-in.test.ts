import { expect, test } from '@jest/globals';
import { wrongClock } from '../support/clock.js';
import { startGateway } from '../support/gateway.js';
import { LOGIN, REFRESH, registeredPerson, type Registered } from '../support/people.js';
import type { TestGateway } from '../support/gateway.js';
import { tryReauthenticate } from '../support/step-up.js';

const HOUR = 3600;
const LIFETIMES = { ACCESS_TOKEN_LIFETIME: '5m', SESSION_IDLE_LIFETIME: '2h', SESSION_ABSOLUTE_LIFETIME: '3h' };

async function signedIn(gateway: TestGateway, { email, password }: Registered): Promise<any> {
  const { login } = await gateway.ask(LOGIN, { input: { identifier: email, password } });
  return login;
}

async function refreshed(gateway: TestGateway, { refreshToken }: { refreshToken: string }): Promise<any> {
  const { refresh } = await gateway.ask(REFRESH, { input: { refreshToken } });
  return refresh;
}

/** Whole seconds, less what the requests took. */
function expectSeconds(told: number, most: number): void {
  expect(Number.isInteger(told)).toBe(true);
  expect(told).toBeLessThanOrEqual(most);
  expect(told).toBeGreaterThan(most - 25);
}

test('the tokens say in how many seconds they expire, and never more than is left of the session', async () => {
  const gateway = await startGateway(LIFETIMES);
  const first = await signedIn(gateway, await registeredPerson(gateway));
  expect(first).toMatchObject({ accessTokenExpiresIn: 300, refreshTokenExpiresIn: 2 * HOUR });

  gateway.clock.advance(1.5 * HOUR * 1000);
  const second = await refreshed(gateway, first);
  expect(second.accessTokenExpiresIn).toBe(300);
  expectSeconds(second.refreshTokenExpiresIn, 1.5 * HOUR);

  // A service that goes by the published keys alone would accept it after the end of the session.
  gateway.clock.advance((1.5 * HOUR - 120) * 1000);
  const last = await refreshed(gateway, second);
  expectSeconds(last.accessTokenExpiresIn, 120);
});

test('a repeated refresh and a reauthentication say what is left of a session that they do not prolong', async () => {
  const gateway = await startGateway({ ...LIFETIMES, REFRESH_GRACE: '1m' });
  const ada = await registeredPerson(gateway);
  const first = await signedIn(gateway, ada);
  const second = await refreshed(gateway, first);
  gateway.clock.advance(30_500);
  const again = await refreshed(gateway, first);
  expect(again.refreshToken).toBe(second.refreshToken);
  expectSeconds(again.refreshTokenExpiresIn, 2 * HOUR - 31);

  const { data } = await tryReauthenticate(gateway, again.accessToken, { password: ada.password });
  expectSeconds(data!.reauthenticate.refreshTokenExpiresIn, 2 * HOUR - 31);
});

test.each([20, -20])('a server whose clock is wrong by %d minutes counts the same seconds', async (minutes) => {
  const right = await startGateway(LIFETIMES);
  const ada = await registeredPerson(right);
  const wrong = await right.replica({}, wrongClock(minutes * 60_000));
  const { accessTokenExpiresIn, refreshTokenExpiresIn } = await signedIn(wrong, ada);
  expect(accessTokenExpiresIn).toBe(300);
  expect(refreshTokenExpiresIn).toBe(2 * HOUR);
});
