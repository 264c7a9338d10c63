import type { Redis } from 'ioredis';
import { createMetrics } from '../../src/platform/metrics.js';
import { openRedis, type RedisConnection } from '../../src/platform/redis.js';
import { quietLog } from './quiet-log.js';
import { until } from './until.js';

/** The product's connection, once it is there, without the time-out of its commands: a machine may stand still for longer. */
export async function openPatientRedis(url: string): Promise<RedisConnection> {
  const redis = await openRedis(url, quietLog().log, createMetrics());
  await until(() => redis.ready());
  delete (redis.client as Redis).options.commandTimeout;
  return redis;
}
