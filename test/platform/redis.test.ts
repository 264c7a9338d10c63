import { describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMetrics } from '../../src/platform/metrics.js';
import { openRedis } from '../../src/platform/redis.js';
import { parseRedisUrl } from '../../src/config/redis-url.js';
import { testWith } from '../support/not-run.js';
import { quietLog } from '../support/quiet-log.js';
import { hasRedisServer, startRedisServer } from '../support/redis-server.js';
import { until } from '../support/until.js';

const check = testWith(hasRedisServer(), 'the connection to Redis', 'no redis-server on PATH');

describe('REDIS_URL', () => {
  test('names a server, with or without credentials, database and TLS', () => {
    expect(parseRedisUrl('redis://localhost')).toMatchObject({
      kind: 'server',
      hosts: 'localhost:6379',
      options: { host: 'localhost', port: 6379, db: 0 },
    });
    const secure = parseRedisUrl('rediss://ada:p%40ss@cache.example.com:6380/3');
    expect(secure.options).toMatchObject({ username: 'ada', password: 'p@ss', port: 6380, db: 3, tls: {} });
    expect(secure.hosts).toBe('cache.example.com:6380');
    expect(parseRedisUrl('redis://:secret@[::1]:7000/').options).toMatchObject({
      host: '::1',
      port: 7000,
      password: 'secret',
    });
  });

  test('names sentinels and their master', () => {
    expect(parseRedisUrl('redis+sentinel://:pw@one:26379,two/mymaster/1?sentinelPassword=other')).toMatchObject({
      kind: 'sentinel',
      options: {
        sentinels: [
          { host: 'one', port: 26_379 },
          { host: 'two', port: 26_379 },
        ],
        name: 'mymaster',
        db: 1,
        password: 'pw',
        sentinelPassword: 'other',
      },
    });
  });

  test.each([
    'redis://u:pw@a:1,redis://u:pw@b:2',
    'redis://u:pw@a:1,b:2',
    'redis+cluster://u:pw@a:1,b:2',
    'redis://u:pw@a:1, redis://b:2/',
  ])('names the nodes of a cluster: %s', (url) => {
    expect(parseRedisUrl(url)).toMatchObject({
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
      ],
      options: { username: 'u', password: 'pw' },
    });
  });

  test.each([
    'http://a',
    'redis://',
    'redis+sentinel://:hunter2@a',
    'redis://:hunter2@a:x',
    'redis://:hunter2@a,http://b',
    'redis://:hunter2@a/x',
    'redis://:hunter2%@a',
    'redis://:hunter2@a:65536',
  ])('is refused without quoting the password: %s', (url) => {
    expect(() => parseRedisUrl(url)).toThrow(/^REDIS_URL: /);
    expect(() => parseRedisUrl(url)).not.toThrow(/hunter2/);
  });
});

check('a Redis that is down at start does not prevent the start, and is used once it is there', async () => {
  const server = await startRedisServer();
  await server.kill();
  const { log, lines } = quietLog();
  const redis = await openRedis(server.url, log, createMetrics());
  expect(redis.ready()).toBe(false);
  await server.start();
  await until(() => redis.ready());
  await until(() =>
    redis.client.ping().then(
      (answer) => answer === 'PONG',
      () => false,
    ),
  );
  // One line for each change of state, however many attempts there were.
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
    'Redis is not available; going on without it',
    'Redis is available',
  ]);
  await redis.close();
  await server.stop();
});

check('a refused password is reported without the password', async () => {
  const server = await startRedisServer({ args: ['--requirepass', 'right'] });
  const { log, lines } = quietLog();
  const wrong = await openRedis(server.url.replace('://', '://:hunter2@'), log, createMetrics());
  const missing = await openRedis(server.url, log, createMetrics());
  expect([wrong.ready(), missing.ready()]).toEqual([false, false]);
  expect(lines.map((line) => JSON.parse(line).reason)).toEqual([
    'it knows no such user and password: check those of REDIS_URL',
    'it asks for a password: REDIS_URL=redis://user:password@host:6379',
  ]);
  expect(lines.join()).not.toContain('hunter2');
  await Promise.all([wrong.close(), missing.close()]);
  await server.stop();
});

check('what was under way when the connection broke is not sent again on the next one', async () => {
  const server = await startRedisServer();
  const redis = await openRedis(server.url, quietLog().log, createMetrics());
  await until(() => redis.ready());
  const before = redis.generation;
  server.pause();
  const late = Promise.allSettled([redis.client.set('late', '1', 'PX', 60_000)]);
  await sleep(50);
  await server.kill();
  expect(await late).toMatchObject([{ status: 'rejected' }]);
  await server.start();
  await until(() => redis.ready());
  expect(await server.command('EXISTS sallyport:late')).toMatch(/^:0\r\n/);
  expect(redis.generation).toBeGreaterThan(before);
  await redis.close();
  await server.stop();
});
