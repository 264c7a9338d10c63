import type { Config } from '../config/config.js';
import { systemClock as clock } from '../platform/clock.js';
import { createMetrics } from '../platform/metrics.js';
import { openRedis } from '../platform/redis.js';
import { createRevocations } from '../revocations/create-revocations.js';
import type { Revocations } from '../revocations/revocations.js';
import type { Opened } from './with-database.js';

/** Once the work has returned, every running server refuses what it revoked. */
export async function withRevocations<Result>(
  { config, database, log }: Opened & { config: Config },
  work: (revocations: Revocations) => Promise<Result>,
): Promise<Result> {
  const metrics = createMetrics();
  const { accessTokenLifetime, redisUrl, redisPrefix: prefix } = config;
  const redis = redisUrl ? await openRedis(redisUrl, log, metrics, { prefix }) : undefined;
  const embedded = database.embedded !== null;
  try {
    return await work(createRevocations({ redis, embedded, clock, metrics, accessTokenLifetime }));
  } finally {
    await redis?.close();
  }
}
