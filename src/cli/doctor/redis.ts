import type { Redis } from 'ioredis';
import { createLog } from '../../platform/log.js';
import { createMetrics } from '../../platform/metrics.js';
import { openRedis } from '../../platform/redis.js';
import { type CheckNeeds, type Found, problem, warning } from './finding.js';

const WHY = 'Every request asks PostgreSQL, and limits count in each process alone.';
const OLDEST = 6;

export async function checkRedis({ config }: CheckNeeds): Promise<Found[]> {
  if (!config.redisUrl) return [];
  let reason = 'no answer';
  const log = createLog({ logLevel: 'warn' }, { write: (line) => void (reason = reasonIn(line) ?? reason) });
  const redis = await openRedis(config.redisUrl, log, createMetrics(), { prefix: config.redisPrefix });
  try {
    if (!redis.ready())
      return [
        problem(
          `Redis cannot be used: ${reason}.`,
          WHY,
          'Start it, or correct REDIS_URL. The server works without it meanwhile.',
        ),
      ];
    const asked = (
      redis.cluster ? (redis.client as { nodes(role: string): Redis[] }).nodes('master')[0] : redis.client
    ) as Redis;
    return checkServer(fieldsOf(await asked.info()));
  } finally {
    await redis.close();
  }
}

function checkServer(server: Map<string, string>): Found[] {
  const found: Found[] = [];
  const policy = server.get('maxmemory_policy') ?? 'noeviction';
  if (policy !== 'noeviction')
    found.push(
      problem(
        `maxmemory-policy of Redis is ${policy}.`,
        'When its memory is full it forgets what limits have counted, and attackers can go on guessing passwords.',
        'Set maxmemory-policy to noeviction. Every key of this server expires by itself.',
      ),
    );
  if (server.get('role') === 'slave')
    found.push(
      problem('Redis is a replica, and takes no writes.', WHY, 'Name the primary in REDIS_URL, or the sentinels.'),
    );
  const version = server.get('redis_version') ?? '';
  if (Number.parseInt(version, 10) < OLDEST)
    found.push(
      warning(
        `Redis is version ${version}.`,
        'It gets no security fixes any more.',
        `Upgrade to ${OLDEST}.2 or newer, or to Valkey.`,
      ),
    );
  return found;
}

function fieldsOf(info: string): Map<string, string> {
  return new Map([...info.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name = '', value = '']) => [name, value]));
}

function reasonIn(line: string): string | undefined {
  return (JSON.parse(line) as { reason?: string }).reason;
}
