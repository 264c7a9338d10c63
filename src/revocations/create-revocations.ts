import type { Clock } from '../platform/clock.js';
import type { Metrics } from '../platform/metrics.js';
import type { RedisConnection } from '../platform/redis.js';
import { DirectRevocations } from './direct-revocations.js';
import { MemoryRevocations } from './memory-revocations.js';
import { RedisRevocations } from './redis-revocations.js';
import type { Revocations } from './revocations.js';

/**
 * Redis if there is one; memory if this is the only process (`embedded`); otherwise PostgreSQL at every request.
 * `accessTokenLifetime` in milliseconds.
 */
export function createRevocations(needs: {
  redis: RedisConnection | undefined;
  embedded: boolean;
  clock: Clock;
  metrics: Metrics;
  accessTokenLifetime: number;
}): Revocations {
  const { redis } = needs;
  if (redis) return new RedisRevocations({ ...needs, redis });
  return needs.embedded ? new MemoryRevocations(needs) : new DirectRevocations(needs);
}
