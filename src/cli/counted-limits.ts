import { isIP } from 'node:net';
import { record } from '../audit/record.js';
import { CommandError, type Config } from '../config/config.js';
import { createSecrets, limitsKey } from '../keys/keys.js';
import { DELAYS, WINDOWS } from '../limit-policies.js';
import { systemClock as clock } from '../platform/clock.js';
import { foldAddress } from '../platform/email-address.js';
import { newId } from '../platform/ids.js';
import { clearCounts, type LimitCount, readCounts } from '../platform/limit-counts.js';
import { createMetrics } from '../platform/metrics.js';
import { openRedis } from '../platform/redis.js';
import { foldUsername } from '../users/user-fields.js';
import { findAccount } from './find-account.js';
import { withMigrated } from './with-database.js';

/** Suffixes of limits that count by account. Limits by device are missing: only the cookie knows their key. */
const OF_ACCOUNTS = new Set(['account', 'owner', 'person', 'code', 'recipient']);
/** Its key includes a kind of notice, and no request is refused by it. */
const NOT_SHOWN = 'notice.account';

const NAMES = [...Object.keys(WINDOWS), ...Object.keys(DELAYS)].filter((name) => name !== NOT_SHOWN);

interface Counted {
  account?: string;
  address?: string;
}

/** The counts, read before they are cleared. */
export async function countedLimits(
  config: Config & { redisUrl: string },
  { account: named = '', address }: Counted,
  clear: boolean,
): Promise<LimitCount[]> {
  if (address !== undefined && isIP(address) === 0) throw new CommandError(`${address} is not an IP address.`);
  const key = limitsKey(createSecrets(config));
  return withMigrated(config, async ({ database: { sql, orm }, log }) => {
    const account = address === undefined ? await findAccount(sql, named) : null;
    const keys = address === undefined ? keysOf(named, account) : [address];
    const limits = NAMES.filter((name) => isFor(name, address === undefined));
    const redis = await openRedis(config.redisUrl, log, createMetrics(), { prefix: config.redisPrefix });
    try {
      if (!redis.ready()) throw new CommandError('Redis cannot be reached: check REDIS_URL, or ask sallyport doctor.');
      const needs = { redis, policies: config.limits, factor: config.limitsFactor, key };
      const counted = await readCounts(needs, limits, keys);
      if (!clear) return counted;
      await orm.em.fork().transactional(async (tx) => {
        const details = {
          of: address === undefined ? ('account' as const) : ('address' as const),
          limits: [...new Set(counted.map(({ limit }) => limit))],
        };
        const request = { id: newId(), ipAddress: null, userAgent: 'limits:clear' };
        record({ clock, request }, tx, { action: 'clearLimits', subjectId: account?.id ?? null, details });
      });
      // After the event is committed: a crash in between leaves one event too many, but never a limit that was cleared in secret.
      await clearCounts(needs, limits, keys);
      return counted;
    } finally {
      await redis.close();
    }
  });
}

function isFor(name: string, accounts: boolean): boolean {
  const subject = name.split('.')[1] ?? '';
  return accounts ? OF_ACCOUNTS.has(subject) : subject === 'address';
}

/** Each of the keys that limits count a user by. Addresses are counted whether or not they have an account. */
function keysOf(named: string, account: Awaited<ReturnType<typeof findAccount>>): string[] {
  if (!account) return [foldAddress(named) ?? named.trim().toLowerCase()];
  const { id, email, username } = account;
  return [id, email, ...(username === null ? [] : [foldUsername(username)])];
}
