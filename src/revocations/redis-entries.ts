import DataLoader from 'dataloader';
import { type RedisClient, type RedisConnection, redisSpan } from '../platform/redis.js';
import { LIVE_FOR } from './revocations.js';

/** Writes the entry and removes the lease of each denial, in one step. */
const DENY_SCRIPT = `
for i = 1, #KEYS, 2 do
  redis.call('SET', KEYS[i], ARGV[1 + (i + 1) / 2], 'PX', ARGV[1])
  redis.call('DEL', KEYS[i + 1])
end
`;

/** Returns what is stored under each key: the given value, or what another process stored before. */
const CLAIM_SCRIPT = `
local held = {}
for i = 1, #KEYS do
  redis.call('SET', KEYS[i], ARGV[2 * i], 'PX', ARGV[2 * i - 1], 'NX')
  held[i] = redis.call('GET', KEYS[i])
end
return held
`;

/** Stores live entries. */
const KEEP_SCRIPT = `
for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[1 + i], 'PX', ARGV[1]) end
`;

type Script<Answer> = (numberOfKeys: number, ...keysThenArguments: (string | number)[]) => Promise<Answer>;
type Scripts = RedisClient & {
  sallyportDeny: Script<null>;
  sallyportClaim: Script<(string | null)[]>;
  sallyportKeep: Script<null>;
};

type Found = (string | null)[];

export interface Denial {
  entry: string;
  value: string;
  lease: string;
}

export interface Claim {
  key: string;
  value: string;
  /** Milliseconds. */
  lifetime: number;
}

interface LiveEntry {
  key: string;
  stamp: string;
}

/**
 * What revocations read and write in Redis, batched for all requests in a turn of the event loop: each separate command would need its own
 * timer, promises and place in the pipeline. In a cluster no command may span two slots: each request sends its own.
 */
export interface RedisEntries {
  /** The values of these keys, then the epoch. */
  read(keys: string[]): Promise<Found>;
  /** Stores a value unless there is one; returns the stored one. */
  claim(claim: Claim): Promise<string | null>;
  keep(entry: LiveEntry): Promise<unknown>;
  deny(denial: Denial): Promise<unknown>;
}

export function redisEntries(
  redis: RedisConnection,
  { epoch, denyFor }: { epoch: string; denyFor: number },
): RedisEntries {
  const client = redis.client as Scripts;
  client.defineCommand('sallyportDeny', { lua: DENY_SCRIPT });
  client.defineCommand('sallyportClaim', { lua: CLAIM_SCRIPT });
  client.defineCommand('sallyportKeep', { lua: KEEP_SCRIPT });

  const claimAll = (claims: readonly Claim[]): Promise<Found> => {
    const values = claims.flatMap(({ lifetime, value }) => [lifetime, value]);
    return redis.timed('claim', () => client.sallyportClaim(claims.length, ...claims.map(({ key }) => key), ...values));
  };
  const keepAll = (entries: readonly LiveEntry[]) => {
    const stamps = entries.map(({ stamp }) => stamp);
    return client.sallyportKeep(entries.length, ...entries.map(({ key }) => key), LIVE_FOR, ...stamps);
  };
  const denyAll = (denials: readonly Denial[]) => {
    const keys = denials.flatMap(({ entry, lease }) => [entry, lease]);
    const values = denials.map(({ value }) => value);
    return redis.timed('deny', () => client.sallyportDeny(keys.length, ...keys, denyFor, ...values));
  };

  if (redis.cluster) {
    return {
      // The two commands share a round trip.
      async read(keys) {
        const [found, current] = await redisSpan('mget', () =>
          redis.timed('mget', () => Promise.all([client.mget(keys), client.get(epoch)])),
        );
        return found.concat(current);
      },
      claim: async (claim) => (await claimAll([claim]))[0] ?? null,
      keep: (entry) => keepAll([entry]),
      deny: (denial) => denyAll([denial]),
    };
  }
  const reads = together<string[], Found>(async (asked) => {
    const found = await redis.timed('mget', () => client.mget([...asked.flat(), epoch]));
    const current = found.pop() ?? null;
    return asked.map((keys) => [...found.splice(0, keys.length), current]);
  });
  const claims = together(claimAll);
  const lives = together(done(keepAll));
  const denials = together(done(denyAll));
  return {
    read: (keys) => redisSpan('mget', () => reads.load(keys)),
    claim: (claim) => claims.load(claim),
    keep: (entry) => lives.load(entry),
    deny: (denial) => denials.load(denial),
  };
}

function together<Item, Answer>(ask: (asked: readonly Item[]) => Promise<Answer[]>): DataLoader<Item, Answer> {
  return new DataLoader(ask, { cache: false, maxBatchSize: 100, batchScheduleFn: setImmediate });
}

/** The same for a command without a result. */
function done<Item>(send: (asked: readonly Item[]) => Promise<unknown>): (asked: readonly Item[]) => Promise<null[]> {
  return async (asked) => {
    await send(asked);
    return asked.map(() => null);
  };
}
