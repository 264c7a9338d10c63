import { expect } from '@jest/globals';
import { RedisLimits } from '../../src/platform/limit-redis.js';
import { testWith } from '../support/not-run.js';
import { openPatientRedis } from '../support/patient-redis.js';
import { hasRedisServer, startRedisServer } from '../support/redis-server.js';

const check = testWith(hasRedisServer(), 'limits in Redis', 'no redis-server on PATH');

check('the first limit of a process may be counted while other commands are on their way', async () => {
  const server = await startRedisServer();
  const redis = await openPatientRedis(server.url);
  try {
    const limits = new RedisLimits(redis, [1, 2]);
    // Of one tick: they share a pipeline, which knows the commands of the moment at which it was opened.
    const answers = await Promise.all([
      redis.client.get('anything'),
      limits.hit([{ key: 'somebody', points: 1, period: 60_000 }]),
      limits.hit([{ key: 'somebody', points: 1, period: 60_000 }]),
      limits.delay('somebody else', { free: 1, first: 1000, most: 2000, forget: 1000 }),
    ]);
    expect(answers).toEqual([null, 0, expect.any(Number), { wait: 0, open: 1 }]);
    expect(answers[2]).toBeGreaterThan(0);
  } finally {
    await redis.close();
    await server.stop();
  }
});

check('a refused window does not use up the longer one behind it, and a refund never goes below nothing', async () => {
  const server = await startRedisServer();
  const redis = await openPatientRedis(server.url);
  try {
    const limits = new RedisLimits(redis, [1, 2]);
    const windows = [
      { key: '{a}:short', points: 2, period: 20_000 },
      { key: '{a}:long', points: 5, period: 60_000 },
    ];
    const passed = async () => {
      const waits = await Promise.all(Array.from({ length: 20 }, () => limits.hit(windows)));
      return waits.filter((wait) => wait === 0).length;
    };
    const shortEnds = () => server.command('DEL sallyport:limit:{a}:short');
    expect(await passed()).toBe(2);
    await shortEnds();
    for (let count = 0; count < 5; count++) await limits.refund(['{a}:short', '{a}:unknown']);
    expect(await passed()).toBe(2);
    await shortEnds();
    expect(await passed()).toBe(1);
    expect(await limits.hit(windows)).toBeGreaterThan(30_000);
  } finally {
    await redis.close();
    await server.stop();
  }
});
