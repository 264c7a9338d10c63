import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { systemClock } from '../../src/platform/clock.js';
import { createMetrics, type Metrics } from '../../src/platform/metrics.js';
import { openRedis, type RedisConnection } from '../../src/platform/redis.js';
import { RedisRevocations } from '../../src/revocations/redis-revocations.js';
import { quietLog } from './quiet-log.js';
import { type RedisServer, startRedisServer } from './redis-server.js';

export interface RevocationProcess {
  redis: RedisConnection;
  metrics: Metrics;
  revocations: RedisRevocations;
}

export interface TwoProcesses {
  server: RedisServer;
  ada: RevocationProcess;
  bob: RevocationProcess;
  /** The test's own connection: it waits for an answer as long as one takes. */
  own: Redis;
  boot(url?: string): Promise<RevocationProcess>;
  /** Redis runs and both processes ask it again. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** Two processes of one installation, as far as revocation goes, on a Redis of their own that may be broken. */
export async function startTwoProcesses(): Promise<TwoProcesses> {
  const server = await startRedisServer();
  const boot = async (url = server.url): Promise<RevocationProcess> => {
    const metrics = createMetrics();
    const redis = await openRedis(url, quietLog().log, metrics);
    const revocations = new RedisRevocations({ redis, clock: systemClock, metrics, accessTokenLifetime: 900_000 });
    return { redis, metrics, revocations };
  };
  const [ada, bob] = await Promise.all([boot(), boot()]);
  const own = new Redis(server.url, { keyPrefix: 'sallyport:' }).on('error', () => {});
  return {
    server,
    ada,
    bob,
    own,
    boot,
    async restore() {
      server.resume();
      if (!(await server.command('PING').catch(() => ''))) await server.start();
      for (let tries = 0; !(ada.redis.ready() && bob.redis.ready()); tries++) {
        if (tries > 300) throw new Error('Redis is not reached again');
        await sleep(25);
      }
    },
    async close() {
      own.disconnect();
      await Promise.all([ada.redis.close(), bob.redis.close()]);
      await server.stop();
    },
  };
}
