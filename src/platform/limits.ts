import type { KeyObject } from 'node:crypto';
import { Refusal } from '../errors.js';
import type { Clock } from './clock.js';
import { hmac } from './crypto.js';
import { MemoryLimits } from './limit-memory.js';
import { type Delay, type DelayPolicy, DELAYS, type Window, type WindowPolicy, WINDOWS } from './limit-policies.js';
import { RedisLimits } from './limit-redis.js';
import type { LimitStore } from './limit-store.js';
import type { Metrics } from './metrics.js';
import { networkOf } from './network-of.js';
import type { RedisConnection } from './redis.js';

/**
 * Called inside an operation, so that aliases and batches count each time. A key is a client address for `….address`
 * policies, otherwise what names the account: a user's id, or a normalised identifier that may be unknown here.
 */
export interface Limits {
  /** Counts one; throws `RATE_LIMITED` with `retryAfter` in seconds when that was one too many. */
  consume(policy: WindowPolicy, key: string): Promise<void>;
  /** Takes back what `consume` counted: for policies that are to count failures only. */
  refund(policy: WindowPolicy, key: string): Promise<void>;
  /**
   * Progressive delay. Called before the comparison, and counts it as failed from the start, so that of sixty parallel
   * guesses only the free ones are looked at; throws `RATE_LIMITED` while the wait lasts. After a success: `reset`.
   */
  delay(policy: DelayPolicy, key: string): Promise<void>;
  /** Forgets all that was counted for the key. */
  reset(policy: WindowPolicy | DelayPolicy, key: string): Promise<void>;
}

/**
 * Counts in Redis; in memory without it, and while it fails: then each process counts for itself, never not at all.
 * `factor` multiplies points and free attempts. `key` is secret: what Redis holds names nobody.
 */
export function createLimits(needs: {
  redis: RedisConnection | undefined;
  clock: Clock;
  metrics: Metrics;
  factor: number;
  key: KeyObject;
}): Limits {
  const { redis, clock, metrics, factor, key: secret } = needs;
  const refused = metrics.counter('sallyport_limits_refused_total', 'Attempts refused as RATE_LIMITED', ['policy']);
  const memory = new MemoryLimits(clock);
  const shared = redis && new RedisLimits(redis);

  async function counted<Result>(work: (store: LimitStore) => Promise<Result>): Promise<Result> {
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
    throw new Refusal('RATE_LIMITED', { retryAfter: Math.max(1, Math.ceil(wait / 1000)), detail: `limit ${policy}` });
  }

  const keyOf = (policy: string, key: string) => {
    const counted = policy.endsWith('.address') ? networkOf(key) : key;
    return `${policy}:${hmac(secret, 'limit', policy, counted).toString('base64url').slice(0, 22)}`;
  };

  return {
    async consume(policy, key) {
      const name = keyOf(policy, key);
      for (const window of scaledWindows(policy, factor)) {
        const wait = await counted((store) => store.hit(windowKey(name, window), window));
        if (wait > 0) refuse(policy, wait);
      }
    },

    async refund(policy, key) {
      const name = keyOf(policy, key);
      const windows = scaledWindows(policy, factor);
      await Promise.all(windows.map((window) => counted((store) => store.refund(windowKey(name, window), window))));
    },

    async delay(policy, key) {
      const name = keyOf(policy, key);
      const delay = scaledDelay(policy, factor);
      const wait = await counted((store) => store.delay(name, delay));
      if (wait > 0) refuse(policy, wait);
    },

    async reset(policy, key) {
      const name = keyOf(policy, key);
      const keys =
        policy in WINDOWS
          ? scaledWindows(policy as WindowPolicy, factor).map((window) => windowKey(name, window))
          : [name];
      // Both: what memory counted while Redis was away would otherwise come back at its next failure.
      await memory.forget(keys);
      await counted((store) => store.forget(keys));
    },
  };
}

function windowKey(name: string, { period }: Window): string {
  return `${name}:${period / 1000}`;
}

function scaledWindows(policy: WindowPolicy, factor: number): Window[] {
  const windows: Window[] = WINDOWS[policy];
  return windows.map(({ points, period }) => ({ points: scale(points, factor), period }));
}

function scaledDelay(policy: DelayPolicy, factor: number): Delay {
  const delay: Delay = DELAYS[policy];
  return { ...delay, free: scale(delay.free, factor) };
}

function scale(points: number, factor: number): number {
  return Math.max(1, Math.round(points * factor));
}
