import { createMetrics } from '../../src/platform/metrics.js';
import { openRedis, type RedisConnection } from '../../src/platform/redis.js';
import { quietLog } from './quiet-log.js';
import { startRedisCluster, startRedisServer } from './redis-server.js';
import { until } from './until.js';

interface Candidate {
  name: string;
  needsServer: boolean;
  /** Whether what one process counted counts in the other. */
  shared: boolean;
  /** Whether our clock is the one that counts; otherwise the test has to wait in earnest. */
  ownClock: boolean;
  open(): Promise<{ redis: (RedisConnection | undefined)[]; close(): Promise<void> }>;
}

/** Where limits can be counted; `open` gives two processes' connections. */
export const candidates: Candidate[] = [
  {
    name: 'memory',
    needsServer: false,
    shared: false,
    ownClock: true,
    open: async () => ({ redis: [undefined, undefined], close: async () => {} }),
  },
  { name: 'Redis', needsServer: true, shared: true, ownClock: false, open: () => overRedis({}) },
  { name: 'Redis Cluster', needsServer: true, shared: true, ownClock: false, open: () => overRedis({ cluster: true }) },
  {
    name: 'Redis that is down',
    needsServer: true,
    shared: false,
    ownClock: true,
    open: () => overRedis({ broken: 'kill' }),
  },
  {
    name: 'Redis that is silent',
    needsServer: true,
    shared: false,
    ownClock: true,
    open: () => overRedis({ broken: 'pause' }),
  },
];

async function overRedis({ cluster = false, broken }: { cluster?: boolean; broken?: 'kill' | 'pause' }) {
  const server = await (cluster ? startRedisCluster() : startRedisServer());
  const redis = await Promise.all(
    [1, 2].map(() => openRedis(server.url, quietLog().log, createMetrics(), { prefix: 'limits-test:' })),
  );
  // Without this the suite would be green on the way around Redis.
  await until(() => redis.every((connection) => connection.ready()));
  if (broken === 'kill') await server.kill();
  if (broken === 'pause') server.pause();
  return {
    redis,
    async close() {
      server.resume();
      await Promise.all(redis.map((connection) => connection.close()));
      await server.stop();
    },
  };
}
