import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Delay, Window } from './limit-policies.js';
import type { LimitStore } from './limit-store.js';
import type { RedisClient, RedisConnection } from './redis.js';

/** `waitAfter` in Lua: read, judge and count are one step, whatever number of processes guess at once. Redis' own clock. */
const DELAY_SCRIPT = `
local free, first, most, forget = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local known = redis.call('HMGET', KEYS[1], 'count', 'until')
local count, blocked = tonumber(known[1] or 0), tonumber(known[2] or 0)
if now < blocked then return math.min(blocked - now, most) end
count = count + 1
local wait = 0
if count >= free then wait = math.min(most, first * 2 ^ (count - free)) end
redis.call('HSET', KEYS[1], 'count', count, 'until', string.format('%d', now + wait))
redis.call('PEXPIRE', KEYS[1], string.format('%d', wait + forget))
return 0
`;

type WithDelay = RedisClient & {
  sallyportDelay(key: string, free: number, first: number, most: number, forget: number): Promise<number>;
};

/** For many processes. Rejects when Redis does; every key it makes expires. */
export class RedisLimits implements LimitStore {
  private readonly limiters = new Map<string, RateLimiterRedis>();

  constructor(private readonly redis: RedisConnection) {
    redis.client.defineCommand('sallyportDelay', { numberOfKeys: 1, lua: DELAY_SCRIPT });
    // The library defines its own command with its first limiter. Were that while an automatic pipeline is open, the pipeline
    // would not know the command, and ioredis would end the process over an answer that it misses.
    this.limiter({ points: 1, period: 1000 });
  }

  async hit(key: string, window: Window): Promise<number> {
    try {
      await this.limiter(window).consume(key);
      return 0;
    } catch (refused) {
      // It rejects with a result where the limit is reached, and with an error where the store failed.
      if (refused instanceof RateLimiterRes) return Math.max(1, refused.msBeforeNext);
      throw refused;
    }
  }

  async refund(key: string, window: Window): Promise<void> {
    await this.limiter(window).reward(key);
  }

  delay(key: string, { free, first, most, forget }: Delay): Promise<number> {
    return (this.redis.client as WithDelay).sallyportDelay(`limit:${key}`, free, first, most, forget);
  }

  async forget(keys: string[]): Promise<void> {
    // One command for each: in a cluster they live in different slots.
    await Promise.all(keys.map((key) => this.redis.client.del(`limit:${key}`)));
  }

  /** No memory blocks in the library: they would outlive a `forget` that another process made. */
  private limiter({ points, period }: Window): RateLimiterRedis {
    const name = `${points}/${period}`;
    const known = this.limiters.get(name);
    if (known) return known;
    const made = new RateLimiterRedis({
      storeClient: this.redis.client,
      keyPrefix: 'limit',
      points,
      duration: Math.ceil(period / 1000),
    });
    this.limiters.set(name, made);
    return made;
  }
}
