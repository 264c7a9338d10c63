import type { KeyObject } from 'node:crypto';
import { limitName, scaled, windowKey } from './limit-names.js';
import { storedKey } from './limit-redis.js';
import type { LimitTable } from './limit-store.js';
import type { RedisConnection } from './redis.js';

export interface LimitCount {
  limit: string;
  /** What it was counted for. */
  key: string;
  count: number;
  /** Attempts in the window; of a delay the free guesses. */
  of: number;
  /** Milliseconds; null of a delay. */
  period: number | null;
  /** Milliseconds until another attempt is let through; 0 where one is now. */
  wait: number;
}

interface CountNeeds {
  redis: Pick<RedisConnection, 'client'>;
  policies: LimitTable<string, string>;
  factor: number;
  key: KeyObject;
}

/** What is counted in Redis for these keys, by each of the limits that are named. What counted nothing is left out. */
export async function readCounts(needs: CountNeeds, limits: readonly string[], keys: string[]): Promise<LimitCount[]> {
  const found = limits.flatMap((limit) => keys.map((key) => readCount(needs, limit, key)));
  return (await Promise.all(found)).flat().filter(({ count }) => count > 0);
}

/** Forgets all of it. */
export async function clearCounts(needs: CountNeeds, limits: readonly string[], keys: string[]): Promise<void> {
  const { redis, policies, key: secret } = needs;
  const names = limits.flatMap((limit) =>
    keys.flatMap((key) => {
      const name = limitName(secret, limit, key);
      return policies.windows[limit]?.windows.map(({ period }) => windowKey(name, period)) ?? [name];
    }),
  );
  // One by one: a cluster has them on several nodes.
  await Promise.all(names.map((name) => redis.client.del(storedKey(name))));
}

async function readCount({ redis, policies, factor, key: secret }: CountNeeds, limit: string, key: string) {
  const { client } = redis;
  const name = limitName(secret, limit, key);
  const { windows = [] } = policies.windows[limit] ?? {};
  const counted = windows.map(async ({ points, period }): Promise<LimitCount> => {
    const stored = storedKey(windowKey(name, period));
    const [count, left] = await Promise.all([client.get(stored), client.pttl(stored)]);
    const of = scaled(points, factor);
    return { limit, key, count: Number(count), of, period, wait: Number(count) >= of ? Math.max(0, left) : 0 };
  });
  const delay = policies.delays[limit];
  return Promise.all(delay ? [readDelay(client, { limit, key, name, of: scaled(delay.free, factor) })] : counted);
}

async function readDelay(
  client: RedisConnection['client'],
  { name, ...of }: { limit: string; key: string; name: string; of: number },
): Promise<LimitCount> {
  const [[count, until], [seconds, microseconds]] = await Promise.all([
    client.hmget(storedKey(name), 'count', 'until'),
    client.time(),
  ]);
  const now = Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
  return { ...of, count: Number(count), period: null, wait: Math.max(0, Number(until) - now) };
}
