import { afterAll, beforeAll, beforeEach, describe, expect, jest } from '@jest/globals';
import { Cluster } from 'ioredis';
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DelayPolicy, POLICIES, type WindowPolicy } from '../../src/limit-policies.js';
import { createLimits, type Limits as LimitsOf } from '../../src/platform/limits.js';
import { createMetrics } from '../../src/platform/metrics.js';
import type { RedisConnection } from '../../src/platform/redis.js';
import { fakeClock } from '../support/clock.js';
import { candidates } from '../support/limit-candidates.js';
import { testWith } from '../support/not-run.js';
import { hasRedisServer } from '../support/redis-server.js';
import { until } from '../support/until.js';

// A machine that stands still for a second makes Redis time out, and each process then counts for itself. It does so once.
jest.retryTimes(2);

type Limits = LimitsOf<WindowPolicy, DelayPolicy>;

const clock = fakeClock();
const key = createSecretKey(randomBytes(32));

describe.each(candidates)('limits: $name', ({ name, needsServer, shared, ownClock, open }) => {
  const check = testWith(!needsServer || hasRedisServer(), `limits: ${name}`, 'no redis-server on PATH');
  let connections: (RedisConnection | undefined)[] = [];
  let close = async () => {};
  let here: Limits;
  let there: Limits;
  let who: string;

  beforeAll(async () => {
    if (needsServer && !hasRedisServer()) return;
    ({ redis: connections, close } = await open());
    [here, there] = connections.map((redis) => create(redis)) as [Limits, Limits];
  });
  afterAll(() => close());
  beforeEach(async () => {
    who = `${randomUUID()}@example.com`;
    // Also before the test is tried once more.
    if (shared) await until(() => connections.every((redis) => redis?.ready()));
  });

  check('the attempt past the limit is RATE_LIMITED, with the seconds to wait', async () => {
    for (let count = 0; count < 25; count++) await here.consume('verifyOtp.account', who);
    const refusal = await refused(here.consume('verifyOtp.account', who));
    expect(refusal.code).toBe('RATE_LIMITED');
    expect(refusal.extensions.retryAfter).toBeGreaterThan(890);
    expect(refusal.extensions.retryAfter).toBeLessThanOrEqual(900);
    await here.consume('verifyOtp.account', `other-${who}`);
  });

  check('of two hundred parallel attempts exactly the allowed ones pass', async () => {
    expect(await passed(200, () => here.consume('verifyOtp.account', who))).toBe(25);
  });

  check('processes count together where they share a store, and each for itself where they do not', async () => {
    const both = [here, there];
    const count = await passed(60, (index) => (both[index % 2] as Limits).consume('verifyOtp.account', who));
    expect(count).toBe(shared ? 25 : 50);
    // A policy of two windows.
    const resent = await passed(30, (index) => (both[index % 2] as Limits).consume('resendOtp.account', who));
    expect(resent).toBe(shared ? 5 : 10);
    await Promise.all(both.map((limits) => limits.refund('resendOtp.account', who)));
    const again = await passed(30, (index) => (both[index % 2] as Limits).consume('resendOtp.account', who));
    expect(again).toBe(2);
  });

  check('a refund gives the point back, a reset all of them', async () => {
    for (let count = 0; count < 300; count++) {
      await here.consume('login.address', '192.0.2.1');
      await here.refund('login.address', '192.0.2.1');
    }
    expect(await passed(30, () => here.consume('resendOtp.account', who))).toBe(5);
    await here.reset('resendOtp.account', who);
    expect(await passed(30, () => here.consume('resendOtp.account', who))).toBe(5);
  });

  check('many who are counted in one turn do not take each other to another store', async () => {
    const people = Array.from({ length: 30 }, (_, number) => `${number}-${who}`);
    const everybody = (work: (name: string) => Promise<void>) => Promise.all(people.map(work));
    for (let times = 0; times < 5; times++) await everybody((name) => here.consume('resendOtp.account', name));
    await everybody((name) => here.refund('resendOtp.account', name));
    expect(await passed(60, (index) => here.consume('resendOtp.account', people[index % 30] as string))).toBe(30);
    await everybody((name) => here.reset('resendOtp.account', name));
    await everybody((name) => here.consume('resendOtp.account', name));
    if (shared) expect(connections.map((redis) => redis?.ready())).toEqual([true, true]);
  });

  check('an IPv6 network counts as one address', async () => {
    const network = `2001:db8:${randomBytes(2).toString('hex')}:1`;
    const count = await passed(100, (index) =>
      here.consume('verifyOtp.address', `${network}::${(index + 1).toString(16)}`),
    );
    expect(count).toBe(60);
  });

  check('of sixty parallel guesses only the free ones are looked at', async () => {
    expect(await passed(60, () => wrong(here, who))).toBe(5);
    const refusal = await refused(wrong(here, who));
    expect(refusal).toMatchObject({ code: 'RATE_LIMITED', extensions: { retryAfter: 1 } });
    await wrong(here, `other-${who}`);
  });

  check('guessing during the wait does not make it longer, and it ends', async () => {
    const during = await withinASecond(async (name) => {
      who = name;
      await passed(5, () => wrong(here, who));
      return passed(30, () => wrong(here, who));
    });
    expect(during).toBe(0);
    await pass(1010);
    await wrong(here, who);
    const next = await refused(wrong(here, who));
    expect(next.extensions.retryAfter).toBe(2);
  });

  check('right guesses are none: twenty at once all pass', async () => {
    const right = (limits: Limits) =>
      limits.guess('login.account', who, async (isRight) => {
        await sleep(30);
        await isRight();
      });
    expect(await passed(20, (index) => right([here, there][index % 2] as Limits))).toBe(20);
    expect(await passed(60, () => wrong(here, who))).toBe(5);
  });

  check('a guess waits for those that are being compared, and is refused when they were wrong', async () => {
    const [compared, late, took] = await withinASecond(async (name) => {
      let comparisons = 0;
      const slow = () =>
        here.guess('login.account', name, async () => {
          comparisons += 1;
          await sleep(100);
        });
      const began = performance.now();
      const five = passed(5, slow);
      await sleep(20);
      const more = await passed(10, slow);
      const waited = performance.now() - began;
      await five;
      return [comparisons, more, waited];
    });
    expect([compared, late]).toEqual([5, 0]);
    expect(took).toBeGreaterThan(90);
  });

  check('success takes the wait away', async () => {
    await passed(4, () => wrong(here, who));
    await here.guess('login.account', who, (right) => right());
    expect(await passed(60, () => wrong(here, who))).toBe(5);
  });

  if (ownClock) {
    check('the wait doubles up to ten minutes, and the window comes to its end', async () => {
      await passed(5, () => wrong(here, who));
      const waits: unknown[] = [];
      for (let attempt = 0; attempt < 12; attempt++) {
        const { extensions } = await refused(wrong(here, who));
        waits.push(extensions.retryAfter);
        clock.advance(Number(extensions.retryAfter) * 1000);
        await wrong(here, who);
      }
      expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
      await passed(25, () => here.consume('verifyOtp.account', who));
      clock.advance(15 * 60_000);
      await here.consume('verifyOtp.account', who);
    });
  } else {
    check('what Redis holds identifies no one and expires', async () => {
      await here.consume('login.address', '203.0.113.77');
      await here.consume('resendOtp.account', who);
      await wrong(here, who);
      const redis = connections[0] as RedisConnection;
      const nodes = redis.client instanceof Cluster ? redis.client.nodes('master') : [redis.client];
      const keys = (await Promise.all(nodes.map((node) => node.keys('*')))).flat();
      expect(keys.length).toBeGreaterThan(2);
      for (const found of keys) {
        expect(found).not.toContain('example.com');
        expect(found).not.toContain('203.0.113');
        // -1 would be never. -2: it has just expired.
        expect(await redis.client.pttl(found.replace('limits-test:', ''))).not.toBe(-1);
      }
    });
  }

  async function pass(ms: number): Promise<void> {
    if (ownClock) clock.advance(ms);
    else await sleep(ms);
  }
});

/** A machine may stand still for longer than the wait that is looked at: then once more, for somebody else. */
async function withinASecond<Result>(work: (who: string) => Promise<Result>): Promise<Result> {
  for (;;) {
    const began = performance.now();
    const result = await work(`${randomUUID()}@example.com`);
    if (performance.now() - began < 900) return result;
  }
}

function create(redis: RedisConnection | undefined): Limits {
  return createLimits({ policies: POLICIES, redis, clock, metrics: createMetrics(), factor: 1, key });
}

function wrong(limits: Limits, who: string): Promise<void> {
  return limits.guess('login.account', who, async () => {});
}

interface RateLimited {
  code: string;
  extensions: { retryAfter?: number };
}

async function refused(attempt: Promise<void>): Promise<RateLimited> {
  return attempt.then(
    () => {
      throw new Error('was not refused');
    },
    (refusal: RateLimited) => refusal,
  );
}

/** How many of `count` parallel attempts passed; any rejection but RATE_LIMITED fails the test. */
async function passed(count: number, attempt: (index: number) => Promise<void>): Promise<number> {
  const results = await Promise.allSettled(Array.from({ length: count }, (_, index) => attempt(index)));
  for (const result of results) if (result.status === 'rejected') expect(result.reason.code).toBe('RATE_LIMITED');
  return results.filter(({ status }) => status === 'fulfilled').length;
}
