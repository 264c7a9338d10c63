import type { KeyObject } from 'node:crypto';
import { limitName, scaled, windowKey } from './limit-names.js';
import { storedKey } from './limit-redis.js';
import type { LimitTable } from './limit-store.js';
import type { RedisConnection } from './redis.js';

export interface LimitCount {
  limit: string;
  /** The key that was counted. */
  key: string;
  count: number;
  /** Allowed attempts in the window; for a delay, the free guesses. */
  of: number;
  /** Milliseconds; null for a delay. */
  period: number | null;
  /** Milliseconds until another attempt is allowed; 0 if it is now. */
  wait: number;
}

interface CountNeeds {
  redis: Pick<RedisConnection, 'client'>;
  policies: LimitTable<string, string>;
  factor: number;
  key: KeyObject;
}

/** The counts in Redis for these keys, by each of the named limits. Limits without a count are left out. */
export async function readCounts(needs: CountNeeds, limits: readonly string[], keys: string[]): Promise<LimitCount[]> {
  const found = limits.flatMap((limit) => keys.map((key) => readCount(needs, limit, key)));
  return (await Promise.all(found)).flat().filter(({ count }) => count > 0);
}

/** Clears those counts. */
export async function clearCounts(needs: CountNeeds, limits: readonly string[], keys: string[]): Promise<void> {
  const { redis, policies, key: secret } = needs;
  const names = limits.flatMap((limit) =>
    keys.flatMap((key) => {
      const name = limitName(secret, limit, key);
      return policies.windows[limit]?.windows.map(({ period }) => windowKey(name, period)) ?? [name];
    }),
  );
  // One by one: in a cluster they are on several nodes.
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
