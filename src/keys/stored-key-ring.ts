import { setTimeout as sleep } from 'node:timers/promises';
import { type Config, ConfigError } from '../config/config.js';
import { DatabaseError } from '../platform/database-error.js';
import type { Log } from '../platform/log.js';
import type { KeyRing } from './key-ring.js';
import {
  FIRST,
  isRetired,
  makeKey,
  ORDERLY,
  readKeys,
  type Rotation,
  signingKeyAt,
  type StoredKey,
  type StoredKeysNeeds,
} from './stored-keys.js';

/** Milliseconds from one reading to the next: what AFTER_A_LEAK gives is three of them. */
const READ_EVERY = 3_000;
/** Kids that strangers invent cause one reading in this time at most. A router waits for 800 ms. */
const LOOK_EVERY = 500;

interface RingNeeds extends StoredKeysNeeds {
  log: Log;
  config: Pick<Config, 'keyRotation' | 'signingAlgorithm'>;
}

/**
 * The keys in PostgreSQL, which all replicas share: each reads them every three seconds, and makes the next one when that is due. What a
 * reading found is used until the next, so that a database that is away refuses no token.
 */
export async function openStoredKeyRing(needs: RingNeeds): Promise<KeyRing> {
  const { clock, log, config } = needs;
  let keys: StoredKey[] = [];
  /** PostgreSQL's clock less ours. A process whose clock is wrong signs with the same key as the others. */
  let ahead = 0;
  const now = () => clock.now().getTime() + ahead;
  let reading: Promise<void> | undefined;
  let looking: Promise<void> | undefined;
  let lastLook = -Infinity;
  let failing = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  async function take(): Promise<void> {
    // The time before the question: a slow answer puts this process ahead and never behind, where it would trust a leaked key for longer.
    const asked = clock.now().getTime();
    const read = await readKeys(needs);
    for (const one of read.keys.filter(({ kid }) => !keys.some((known) => known.kid === kid)))
      if (!one.key && !isRetired(one, read.now)) log.error({ kid: one.kid }, 'a signing key cannot be decrypted');
    keys = read.keys;
    ahead = read.now - asked;
  }

  async function readAndRotate(): Promise<void> {
    await take();
    const rotation = dueRotation(keys, now(), config);
    if (!rotation) return;
    const next = { ...rotation, algorithm: config.signingAlgorithm };
    const made = await makeKey(needs, keys.at(-1)?.number ?? 0, next);
    await take();
    const newest = keys.at(-1);
    if (made) log.info({ kid: newest?.kid, signsFrom: newest?.activeFrom }, 'made a signing key');
  }

  /** A reading that begins after the call: one that runs already may have looked too early. */
  async function read(): Promise<void> {
    await reading?.catch(() => {});
    await (reading ??= readAndRotate().finally(() => (reading = undefined)));
  }

  async function readOn(): Promise<void> {
    try {
      await read();
      failing = false;
    } catch (error) {
      if (!failing && !closed)
        log.warn({ err: error }, 'signing keys cannot be read: those that are known stay in use');
      failing = true;
    }
    if (!closed) timer = setTimeout(() => void readOn(), READ_EVERY).unref();
  }

  async function look(): Promise<void> {
    await sleep(Math.max(0, lastLook + LOOK_EVERY - performance.now()), undefined, { ref: false });
    lastLook = performance.now();
    looking = undefined;
    await read();
  }

  await read().catch((error: unknown) => {
    throw isMissingTable(error) ? new DatabaseError(PENDING) : error;
  });
  if (isUnreadable(keys.at(-1), now())) throw new ConfigError([ANOTHER_SECRET]);
  timer = setTimeout(() => void readOn(), READ_EVERY).unref();

  return {
    signing() {
      const key = signingKeyAt(keys, now());
      if (!key) throw new Error('no key signs access tokens: see the log for keys that cannot be decrypted');
      return key;
    },
    trusted(kid) {
      const found = keys.find((one) => one.kid === kid);
      return found?.key && !isRetired(found, now()) ? found.key : undefined;
    },
    published: () => keys.flatMap((one) => (one.key && !isRetired(one, now()) ? one.key : [])),
    async lookFor(kid) {
      if (KID.test(kid) && !keys.some((one) => one.kid === kid)) await (looking ??= look());
    },
    read,
    async close() {
      closed = true;
      clearTimeout(timer);
      await reading?.catch(() => {});
    },
  };
}

/** How the next key is to be made now; null if it is not. */
function dueRotation(keys: StoredKey[], now: number, wanted: RingNeeds['config']): Rotation | null {
  const newest = keys.at(-1);
  // A process with another SERVER_SECRET makes no keys: the others could not read them.
  if (isUnreadable(newest, now)) return null;
  // Also after a restore, where every key of the backup has been retired.
  if (!newest || !signingKeyAt(keys, now)) return FIRST;
  // The next key is there already. Two processes that want different algorithms, as during a deployment, change it once an hour at most.
  if (newest.activeFrom > now) return null;
  if (newest.key && newest.key.algorithm !== wanted.signingAlgorithm) return ORDERLY;
  return newest.activeFrom + wanted.keyRotation <= now + ORDERLY.ahead ? ORDERLY : null;
}

function isUnreadable(newest: StoredKey | undefined, now: number): boolean {
  return newest !== undefined && !newest.key && !isRetired(newest, now);
}

function isMissingTable(error: unknown): boolean {
  return (error as { code?: unknown }).code === '42P01';
}

const KID = /^[\w-]{43}$/;

const PENDING =
  'The table of the signing keys is missing: migrations are pending: npm run migration:up. Then start again.';
const ANOTHER_SECRET =
  'SERVER_SECRET: the signing keys in PostgreSQL were encrypted with another one. Set it back; if it is lost or was replaced on purpose: npm run keys -- rotate --now, then start again.';
