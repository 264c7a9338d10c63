import { describe, expect, test } from '@jest/globals';
import { ConfigError, loadConfig } from '../../src/config/config.js';
import { LIMIT_VARIABLES, limitVariable, printDelay, printWindows } from '../../src/config/limit-settings.js';
import { findMisspelt } from '../../src/config/unknown-settings.js';
import { DELAYS, POLICIES, REFRESHES, WINDOWS } from '../../src/limit-policies.js';
import { startGateway } from '../support/gateway.js';
import { LOGIN, newEmail, REFRESH, signedInPerson } from '../support/people.js';

const limitsOf = (env: Record<string, string>) => loadConfig({ NODE_ENV: 'test', ...env }).limits;

/** The mistakes that keep the server from starting. */
function mistakes(env: Record<string, string>): string[] {
  try {
    loadConfig({ NODE_ENV: 'test', ...env });
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
}

describe('LIMIT_… sets one limit', () => {
  test('each has a name of its own, made of the name of the limit', () => {
    expect(limitVariable('login.address')).toBe('LIMIT_LOGIN_ADDRESS');
    expect(limitVariable('verifyOtp.account')).toBe('LIMIT_VERIFY_OTP_ACCOUNT');
    expect(limitVariable('startPasskeySignIn.address')).toBe('LIMIT_START_PASSKEY_SIGN_IN_ADDRESS');
    expect(new Set(LIMIT_VARIABLES).size).toBe(Object.keys(WINDOWS).length + Object.keys(DELAYS).length + 1);
  });

  test('nothing set is the table, and so is each default written as a setting', () => {
    const { refreshes, ...policies } = limitsOf({});
    expect(policies).toEqual(POLICIES);
    expect(refreshes).toEqual(REFRESHES);
    const written = {
      ...Object.fromEntries(
        Object.entries(WINDOWS).map(([name, row]) => [limitVariable(name), printWindows(row.windows)]),
      ),
      ...Object.fromEntries(Object.entries(DELAYS).map(([name, row]) => [limitVariable(name), printDelay(row)])),
    };
    const set = limitsOf(written);
    for (const [name, { windows }] of Object.entries(WINDOWS)) expect(set.windows).toHaveProperty([name], { windows });
    for (const [name, { meaning: _, ...delay }] of Object.entries(DELAYS))
      expect(set.delays).toHaveProperty([name], delay);
  });

  test('one, several windows, a delay, and the refreshes of a session', () => {
    const { windows, delays, refreshes } = limitsOf({
      LIMIT_LOGIN_ADDRESS: '200/10m',
      LIMIT_REGISTER_ADDRESS: ' 50/10m, 400/1d ',
      LIMIT_LOGIN_ACCOUNT: '3/2s/5m/1d',
      LIMIT_REFRESH_SESSION: '60/1m',
    });
    expect(windows['login.address']).toEqual({ windows: [{ points: 200, period: 600_000 }] });
    expect(windows['register.address'].windows).toEqual([
      { points: 50, period: 600_000 },
      { points: 400, period: 86_400_000 },
    ]);
    expect(windows['register.account']).toEqual(WINDOWS['register.account']);
    expect(delays['login.account']).toEqual({ free: 3, first: 2000, most: 300_000, forget: 86_400_000 });
    expect(refreshes).toEqual({ points: 60, period: 60_000 });
  });

  test.each([
    ['LIMIT_LOGIN_ADDRESS', '200', '100/10m,1000/1d'],
    ['LIMIT_LOGIN_ADDRESS', '200/10', '100/10m,1000/1d'],
    ['LIMIT_LOGIN_ADDRESS', '0/10m', '100/10m,1000/1d'],
    ['LIMIT_LOGIN_ADDRESS', '-5/10m', '100/10m,1000/1d'],
    ['LIMIT_LOGIN_ADDRESS', '1.5/10m', '100/10m,1000/1d'],
    ['LIMIT_LOGIN_ADDRESS', '99999999/10m', '100/10m,1000/1d'],
    ['LIMIT_LOGIN_ADDRESS', '5/10m/1h', '100/10m,1000/1d'],
    ['LIMIT_LOGIN_ADDRESS', '5/10m,', '100/10m,1000/1d'],
    // One count, which would be counted twice.
    ['LIMIT_LOGIN_ADDRESS', '5/10m,50/600s', '100/10m,1000/1d'],
    ['LIMIT_LOGIN_ADDRESS', '5/0s', '100/10m,1000/1d'],
    ['LIMIT_LOGIN_ADDRESS', '5/4000d', '100/10m,1000/1d'],
    ['LIMIT_LOGIN_ADDRESS', 'off', '100/10m,1000/1d'],
    ['LIMIT_LOGIN_ACCOUNT', '20/10m', '5/1s/10m/12h'],
    ['LIMIT_LOGIN_ACCOUNT', '5/10m/1s/12h', '5/1s/10m/12h'],
    ['LIMIT_REFRESH_SESSION', '60/1m,100/1h', '150/5m'],
  ])('%s=%s is a mistake, with what to write instead', (name, value, instead) => {
    expect(mistakes({ [name]: value })).toEqual([
      expect.stringContaining(`${name}: write it as its default is written, ${instead}`),
    ]);
  });

  test('all mistakes are reported together, those of other settings among them', () => {
    const told = mistakes({ LIMIT_LOGIN_ADDRESS: 'x', LIMIT_LOGIN_ACCOUNT: 'y', OTP_LENGTH: '3' });
    expect(told.map((one) => one.split(':')[0])).toEqual(['OTP_LENGTH', 'LIMIT_LOGIN_ADDRESS', 'LIMIT_LOGIN_ACCOUNT']);
  });

  test.each([
    ['LIMIT_LOGIN_ADRESS', 'LIMIT_LOGIN_ADDRESS'],
    ['LIMIT_VERIFYOTP_ACCOUNT', 'LIMIT_VERIFY_OTP_ACCOUNT'],
    ['LIMIT_REFRESH', 'LIMIT_REFRESH_SESSION'],
    ['LIMIT_FACTOR', 'LIMITS_FACTOR'],
  ])('%s is told at start: it was meant to be %s', (written, meant) => {
    expect(findMisspelt({ [written]: '1/1m' }, [])).toEqual([`${written} is not a setting; did you mean ${meant}?`]);
  });

  test('an unknown name after LIMIT_ is reported too, and no existing one', () => {
    expect(findMisspelt({ LIMIT_QUUX: '1/1m' }, [])).toEqual([
      'LIMIT_QUUX is not a setting: docs/limits.md has the names of all limits',
    ]);
    expect(findMisspelt(Object.fromEntries(LIMIT_VARIABLES.map((name) => [name, '1/1m'])), LIMIT_VARIABLES)).toEqual(
      [],
    );
  });
});

test('the limits that are set are those that count, multiplied by LIMITS_FACTOR', async () => {
  const gateway = await startGateway({
    LIMITS_FACTOR: '2',
    LIMIT_LOGIN_ADDRESS: '2/10m',
    LIMIT_REFRESH_SESSION: '1/5m',
  });
  const ada = await signedInPerson(gateway);
  const guess = () => gateway.gql(LOGIN, { input: { identifier: newEmail(), password: 'not the right one at all' } });
  const codes = [];
  for (let count = 0; count < 5; count += 1) codes.push((await guess()).errors[0]?.extensions.code);
  expect(codes).toEqual([...Array<string>(4).fill('INVALID_CREDENTIALS'), 'RATE_LIMITED']);
  let { refreshToken } = ada;
  const refresh = () => gateway.gql(REFRESH, { input: { refreshToken } });
  // The sign-in was the first.
  ({ refreshToken } = (await refresh()).data!.refresh);
  expect((await refresh()).errors[0]?.extensions.code).toBe('RATE_LIMITED');
});
