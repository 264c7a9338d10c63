import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSecretKey, randomBytes } from 'node:crypto';
import { DELAYS, POLICIES, WINDOWS } from '../../src/limit-policies.js';
import { createLimits } from '../../src/platform/limits.js';
import { createMetrics } from '../../src/platform/metrics.js';
import { networkOf } from '../../src/platform/network-of.js';
import { fakeClock } from '../support/clock.js';

const CODES = ['verifyOtp.account', 'verifyOtp.owner', 'resetPassword.account', 'confirmEmailChange.account'] as const;

describe('the policies keep what the security checklist asks', () => {
  test('guessing one account is throttled within 20 tries, and an attack that ended delays for at most 15 minutes', () => {
    for (const { free, most } of Object.values(DELAYS)) {
      expect(free).toBeLessThan(20);
      expect(most).toBeLessThanOrEqual(15 * 60_000);
    }
  });

  test('at most 30 codes are tried on an account in 15 minutes, and at most 5 of 12 mails leave', () => {
    for (const policy of CODES) {
      expect(WINDOWS[policy].windows[0]).toMatchObject({ points: expect.any(Number), period: 15 * 60_000 });
      expect(WINDOWS[policy].windows[0]?.points).toBeLessThanOrEqual(30);
    }
    expect(WINDOWS['mail.recipient'].windows[0]?.points).toBeLessThanOrEqual(5);
    expect(WINDOWS['verifyOtp.address'].windows[0]?.points).toBeLessThan(200);
  });
});

test('LIMITS_FACTOR multiplies windows and free guesses', async () => {
  const needs = {
    policies: POLICIES,
    redis: undefined,
    clock: fakeClock(),
    metrics: createMetrics(),
    key: createSecretKey(randomBytes(32)),
  };
  const limits = createLimits({ ...needs, factor: 3 });
  const allowed = async (attempt: () => Promise<void>) => {
    for (let count = 0; ; count++) {
      try {
        await attempt();
      } catch {
        return count;
      }
    }
  };
  expect(await allowed(() => limits.consume('resendOtp.account', 'a'))).toBe(15);
  expect(await allowed(() => limits.guess('login.account', 'a', async () => {}))).toBe(15);
  expect(await needs.metrics.registry.metrics()).toContain('sallyport_limits_refused_total{policy="login.account"} 1');
});

test('a refused window does not use up the longer one behind it', async () => {
  const clock = fakeClock();
  const limits = createLimits({
    policies: POLICIES,
    redis: undefined,
    clock,
    metrics: createMetrics(),
    factor: 1,
    key: createSecretKey(randomBytes(32)),
  });
  for (let count = 0; count < 100; count++) await limits.consume('resendOtp.account', 'a').catch(() => {});
  clock.advance(15 * 60_000);
  for (let count = 0; count < 5; count++) await limits.consume('resendOtp.account', 'a');
});

describe('networkOf', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['0:0:0:0:0:ffff:c000:0207', '192.0.2.7'],
    ['::ffff:0:0', '0.0.0.0'],
    ['64:ff9b::192.0.2.7', '192.0.2.7'],
    ['64:ff9b::c000:207', '192.0.2.7'],
    ['0064:FF9B:0:0:0:0:c000:0208', '192.0.2.8'],
    ['64:ff9b::', '0.0.0.0'],
    ['64:ff9b:1::c000:207', '64:ff9b:1:0::/64'],
    ['64:ff9b::1:c000:207', '64:ff9b:0:0::/64'],
    ['2002:c000:207::1', '192.0.2.7'],
    ['2002:c000:0207:ffff:1:2:3:4', '192.0.2.7'],
    ['2002::', '0.0.0.0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.7%eth0', '192.0.2.7'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['::2:3:4:5:6:7:8', '0:2:3:4::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['not an address', 'not an address'],
  ])('%s counts as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  test('is the same for every spelling of an address', () => {
    const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    const address = fc.array(group, { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(address, (groups) => {
        const long = groups.map((one) => one.toString(16).padStart(4, '0')).join(':');
        const short = new URL(`http://[${long}]`).hostname.slice(1, -1);
        expect(networkOf(short)).toBe(networkOf(long.toUpperCase()));
        expect(networkOf(long)).toMatch(/^([\da-f]+:){4}:\/64$|^\d+\.\d+\.\d+\.\d+$/);
      }),
    );
  });
});
