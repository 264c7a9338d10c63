import { expect } from '@jest/globals';
import { createMetrics } from '../../src/platform/metrics.js';
import { RedisLimits } from '../../src/platform/limit-redis.js';
import { openRedis } from '../../src/platform/redis.js';
import { testWith } from '../support/not-run.js';
import { quietLog } from '../support/quiet-log.js';
import { hasRedisServer, startRedisServer } from '../support/redis-server.js';

const check = testWith(hasRedisServer(), 'limits in Redis', 'no redis-server on PATH');

check('the first limit of a process may be counted while other commands are on their way', async () => {
  const server = await startRedisServer();
  const redis = await openRedis(server.url, quietLog().log, createMetrics());
  try {
    const limits = new RedisLimits(redis);
    // Of one tick: they share a pipeline, which knows the commands of the moment at which it was opened.
    const answers = await Promise.all([
      redis.client.get('anything'),
      limits.hit('somebody', { points: 1, period: 60_000 }),
      limits.hit('somebody', { points: 1, period: 60_000 }),
      limits.delay('somebody else', { free: 1, first: 1000, most: 2000, forget: 1000 }),
    ]);
    expect(answers).toEqual([null, 0, expect.any(Number), 0]);
    expect(answers[2]).toBeGreaterThan(0);
  } finally {
    await redis.close();
    await server.stop();
  }
});
