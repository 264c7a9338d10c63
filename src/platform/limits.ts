import type { KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../errors.js';
import type { Clock } from './clock.js';
import { MemoryLimits } from './limit-memory.js';
import { limitName, scaled, windowKey } from './limit-names.js';
import { RedisLimits } from './limit-redis.js';
import type { CountedWindow, LimitStore, LimitTable, Window } from './limit-store.js';
import type { Metrics } from './metrics.js';
import type { RedisConnection } from './redis.js';

/**
 * Called inside operations, so that each alias counts. The key is a client address for `….address` policies, otherwise it names the
 * account: a user's id, or a normalised identifier that may be unknown here.
 */
export interface Limits<WindowPolicy extends string, DelayPolicy extends string> {
  /** Counts one; throws `RATE_LIMITED` with `retryAfter` in seconds if the limit is exceeded. */
  consume(policy: WindowPolicy, key: string): Promise<void>;
  /** Takes back what `consume` counted: for policies that count failures only. Lost if Redis fails in between. */
  refund(policy: WindowPolicy, key: string): Promise<void>;
  /** Counts one, and returns whether it was within the limit: for what is skipped beyond a limit, not refused. */
  allows(policy: WindowPolicy, key: string): Promise<boolean>;
  /**
   * Progressive delay around a comparison. A guess counts as wrong from the start, so that of sixty parallel guesses only the free ones are
   * compared. `compare` calls `right` for a right one, which clears the count of the key. Throws `RATE_LIMITED` while the wait lasts, but
   * first waits for guesses that are being compared: twenty concurrent right passwords are not refused.
   */
  guess<Result>(
    policy: DelayPolicy,
    key: string,
    compare: (right: () => Promise<void>) => Promise<Result>,
  ): Promise<Result>;
  /** Clears the count of the key. */
  reset(policy: WindowPolicy, key: string): Promise<void>;
}

/**
 * Counts in Redis; in memory without it, and while it fails: then each process counts for itself, rather than not at all. `factor`
 * multiplies points and free attempts. `key` is secret, so that the names in Redis identify no one.
 */
export function createLimits<WindowPolicy extends string, DelayPolicy extends string>(needs: {
  policies: LimitTable<WindowPolicy, DelayPolicy>;
  redis: RedisConnection | undefined;
  clock: Clock;
  metrics: Metrics;
  factor: number;
  key: KeyObject;
}): Limits<WindowPolicy, DelayPolicy> {
  const { policies, redis, clock, metrics, factor, key: secret } = needs;
  const refused = metrics.counter('sallyport_limits_refused_total', 'Attempts refused as RATE_LIMITED', ['policy']);
  const memory = new MemoryLimits(clock);
  const shared = redis && new RedisLimits(redis, numbersOfWindows(policies));

  async function ask<Result>(work: (store: LimitStore) => Promise<Result>): Promise<Result> {
    if (redis?.ready() && shared) {
      try {
        return await work(shared);
      } catch (error) {
        redis.failed(error);
      }
    }
    return work(memory);
  }

  function refuse(policy: string, wait: number): never {
    refused.inc({ policy });
    const retryAfter = Math.max(1, Math.ceil(wait / 1000));
    throw new Refusal('RATE_LIMITED', { retryAfter, limit: policy, detail: `limit ${policy}` });
  }

  const windows = mapPolicies(policies.windows, (policy) =>
    policy.windows.map((window) => scaledWindow(window, factor)),
  );
  const delays = mapPolicies(policies.delays, (delay) => ({ ...delay, free: scaled(delay.free, factor) }));

  const nameOf = (policy: string, key: string) => limitName(secret, policy, key);
  const counted = (policy: WindowPolicy, key: string): CountedWindow[] => {
    const name = nameOf(policy, key);
    return windows[policy].map(({ points, period }) => ({ key: windowKey(name, period), points, period }));
  };
  const keysOf = (policy: WindowPolicy, key: string) => counted(policy, key).map((window) => window.key);

  async function forget(keys: string[]): Promise<void> {
    // Both stores: what memory counted while Redis was down would otherwise count again at its next failure.
    await memory.forget(keys);
    await ask((store) => store.forget(keys));
  }

  let waiting = 0;
  /** Resolves when the guess may be compared. */
  async function begin(policy: DelayPolicy, name: string): Promise<void> {
    for (let pause = 20, waited = 0; ; waited += pause, pause = Math.min(pause * 1.5, 500)) {
      const { wait, open } = await ask((store) => store.delay(name, delays[policy]));
      if (wait === 0) return;
      if (open === 0 || waited > MAX_DELAY_MS || waiting >= MAX_WAITING) refuse(policy, wait);
      waiting += 1;
      await sleep(pause).finally(() => (waiting -= 1));
    }
  }

  return {
    async consume(policy, key) {
      const wait = await ask((store) => store.hit(counted(policy, key)));
      if (wait > 0) refuse(policy, wait);
    },

    async allows(policy, key) {
      const wait = await ask((store) => store.hit(counted(policy, key)));
      if (wait > 0) refused.inc({ policy });
      return wait === 0;
    },

    async refund(policy, key) {
      await ask((store) => store.refund(keysOf(policy, key)));
    },

    async guess(policy, key, compare) {
      const name = nameOf(policy, key);
      await begin(policy, name);
      let wasRight = false;
      try {
        return await compare(() => {
          wasRight = true;
          return forget([name]);
        });
      } finally {
        if (!wasRight) await ask((store) => store.failed(name));
      }
    },

    reset: (policy, key) => forget(keysOf(policy, key)),
  };
}

/** Milliseconds that a guess waits for earlier ones: longer than a password waits to be hashed. */
const MAX_DELAY_MS = 8000;
/** How many guesses may wait in one process. Each takes a place in the queue for hashing (the hasher's `admit`). */
const MAX_WAITING = 32;

function numbersOfWindows({ windows }: LimitTable<string, string>): number[] {
  return Object.values(windows).map((policy) => policy.windows.length);
}

function mapPolicies<Policy extends string, Written, Scaled>(
  policies: Record<Policy, Written>,
  map: (policy: Written) => Scaled,
): Record<Policy, Scaled> {
  const entries = Object.entries<Written>(policies).map(([name, policy]) => [name, map(policy)]);
  return Object.fromEntries(entries) as Record<Policy, Scaled>;
}

function scaledWindow({ points, period }: Window, factor: number): Window {
  return { points: scaled(points, factor), period };
}
