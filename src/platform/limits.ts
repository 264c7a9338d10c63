import type { KeyObject } from 'node:crypto';
import { Refusal } from '../errors.js';
import type { Clock } from './clock.js';
import { hmac } from './crypto.js';
import { MemoryLimits } from './limit-memory.js';
import { type DelayPolicy, DELAYS, type Window, type WindowPolicy, WINDOWS } from './limit-policies.js';
import { RedisLimits } from './limit-redis.js';
import type { CountedWindow, LimitStore } from './limit-store.js';
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
  /** Takes back what `consume` counted: for policies that are to count failures only. Lost where Redis fails in between. */
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
    throw new Refusal('RATE_LIMITED', { retryAfter: Math.max(1, Math.ceil(wait / 1000)), detail: `limit ${policy}` });
  }

  const windows = mapPolicies(WINDOWS, (policy) => policy.windows.map((window) => scaledWindow(window, factor)));
  const delays = mapPolicies(DELAYS, (delay) => ({ ...delay, free: scale(delay.free, factor) }));

  const nameOf = (policy: string, key: string) => {
    const counted = policy.endsWith('.address') ? networkOf(key) : key;
    return `${policy}:${hmac(secret, 'limit', policy, counted).toString('base64url').slice(0, 22)}`;
  };
  const counted = (policy: WindowPolicy, key: string): CountedWindow[] => {
    const name = nameOf(policy, key);
    // In braces: the part by which a Redis Cluster chooses the slot. The windows of one name are counted together.
    return windows[policy].map(({ points, period }) => ({ key: `{${name}}:${period / 1000}`, points, period }));
  };
  const keysOf = (policy: WindowPolicy, key: string) => counted(policy, key).map((window) => window.key);

  return {
    async consume(policy, key) {
      const wait = await ask((store) => store.hit(counted(policy, key)));
      if (wait > 0) refuse(policy, wait);
    },

    async refund(policy, key) {
      await ask((store) => store.refund(keysOf(policy, key)));
    },

    async delay(policy, key) {
      const wait = await ask((store) => store.delay(nameOf(policy, key), delays[policy]));
      if (wait > 0) refuse(policy, wait);
    },

    async reset(policy, key) {
      const keys = isDelay(policy) ? [nameOf(policy, key)] : keysOf(policy, key);
      // Both: what memory counted while Redis was away would otherwise come back at its next failure.
      await memory.forget(keys);
      await ask((store) => store.forget(keys));
    },
  };
}

function isDelay(policy: WindowPolicy | DelayPolicy): policy is DelayPolicy {
  return policy in DELAYS;
}

function mapPolicies<Policy extends string, Written, Scaled>(
  policies: Record<Policy, Written>,
  map: (policy: Written) => Scaled,
): Record<Policy, Scaled> {
  const entries = Object.entries<Written>(policies).map(([name, policy]) => [name, map(policy)]);
  return Object.fromEntries(entries) as Record<Policy, Scaled>;
}

function scaledWindow({ points, period }: Window, factor: number): Window {
  return { points: scale(points, factor), period };
}

function scale(points: number, factor: number): number {
  return Math.max(1, Math.round(points * factor));
}
