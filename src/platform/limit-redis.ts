import { type CountedWindow, type Delay, type Delayed, JUDGED, type LimitStore } from './limit-store.js';
import { type RedisClient, type RedisConnection, redisSpan } from './redis.js';

/** A script is atomic, however many processes count at once; a window ends by Redis' own clock. */
const HIT_SCRIPT = `
for i, key in ipairs(KEYS) do
  local points = tonumber(ARGV[2 * i - 1])
  if tonumber(redis.call('GET', key) or 0) >= points then return math.max(1, redis.call('PTTL', key)) end
end
for i, key in ipairs(KEYS) do
  if redis.call('INCR', key) == 1 then redis.call('PEXPIRE', key, ARGV[2 * i]) end
end
return 0
`;

const REFUND_SCRIPT = `
for _, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or 0) > 0 then redis.call('DECR', key) end
end
`;

/** `waitAfter` in Lua. */
const DELAY_SCRIPT = `
local free, first, most, forget = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local known = redis.call('HMGET', KEYS[1], 'count', 'until', 'open', 'openUntil')
local count, blocked, open = tonumber(known[1] or 0), tonumber(known[2] or 0), tonumber(known[3] or 0)
if now >= tonumber(known[4] or 0) then open = 0 end
if now < blocked then return {math.min(blocked - now, most), open} end
count = count + 1
open = open + 1
local wait = 0
if count >= free then wait = math.min(most, first * 2 ^ (count - free)) end
redis.call('HSET', KEYS[1], 'count', count, 'until', string.format('%d', now + wait),
  'open', open, 'openUntil', string.format('%d', now + ${JUDGED}))
redis.call('PEXPIRE', KEYS[1], string.format('%d', wait + forget))
return {0, open}
`;

const FAILED_SCRIPT = `
if tonumber(redis.call('HGET', KEYS[1], 'open') or 0) > 0 then redis.call('HINCRBY', KEYS[1], 'open', -1) end
`;

type Counting = 'Hit' | 'Refund';

type WithScripts = RedisClient & {
  [command: `sallyport${Counting}${number}`]: (...keysThenPointsAndPeriods: (string | number)[]) => Promise<unknown>;
  sallyportDelay(key: string, free: number, first: number, most: number, forget: number): Promise<[number, number]>;
  sallyportFailed(key: string): Promise<unknown>;
};

/** For many processes. Rejects when Redis does; every key it makes expires. */
export class RedisLimits implements LimitStore {
  private readonly client: WithScripts;

  /** `numbersOfKeys`: how many windows policies have. */
  constructor(
    private readonly redis: Pick<RedisConnection, 'client' | 'timed'>,
    numbersOfKeys: Iterable<number>,
  ) {
    const { client } = redis;
    // One command for each number of keys, since its first argument must be a key: by its slot, ioredis chooses the pipeline and thus the
    // cluster's node. All are defined now: an open pipeline only knows the commands from when it was opened.
    for (const numberOfKeys of new Set(numbersOfKeys)) {
      client.defineCommand(`sallyportHit${numberOfKeys}`, { numberOfKeys, lua: HIT_SCRIPT });
      client.defineCommand(`sallyportRefund${numberOfKeys}`, { numberOfKeys, lua: REFUND_SCRIPT });
    }
    client.defineCommand('sallyportDelay', { numberOfKeys: 1, lua: DELAY_SCRIPT });
    client.defineCommand('sallyportFailed', { numberOfKeys: 1, lua: FAILED_SCRIPT });
    this.client = client as WithScripts;
  }

  hit(windows: CountedWindow[]): Promise<number> {
    const keys = windows.map(({ key }) => storedKey(key));
    const limits = windows.flatMap(({ points, period }) => [points, period]);
    return this.run<number>('Hit', keys, limits);
  }

  async refund(keys: string[]): Promise<void> {
    await this.run('Refund', keys.map(storedKey));
  }

  async delay(key: string, { free, first, most, forget }: Delay): Promise<Delayed> {
    const [wait, open] = await this.ask('delay', () =>
      this.client.sallyportDelay(storedKey(key), free, first, most, forget),
    );
    return { wait, open };
  }

  async failed(key: string): Promise<void> {
    await this.ask('failed', () => this.client.sallyportFailed(storedKey(key)));
  }

  async forget(keys: string[]): Promise<void> {
    await this.ask('del', () => this.client.del(...keys.map(storedKey)));
  }

  private run<Answer>(name: Counting, keys: string[], limits: number[] = []): Promise<Answer> {
    const command = this.client[`sallyport${name}${keys.length}`];
    if (!command) throw new Error(`no policy has ${keys.length} windows`);
    return this.ask(name.toLowerCase(), () => command.call(this.client, ...keys, ...limits) as Promise<Answer>);
  }

  private ask<Answer>(command: string, work: () => Promise<Answer>): Promise<Answer> {
    return redisSpan(command, () => this.redis.timed(command, work));
  }
}

/** The key without REDIS_PREFIX. */
export function storedKey(key: string): string {
  return `limit:${key}`;
}
