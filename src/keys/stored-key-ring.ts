import { setTimeout as sleep } from 'node:timers/promises';
import { type Config, ConfigError } from '../config/config.js';
import { DatabaseError } from '../platform/database-error.js';
import type { Log } from '../platform/log.js';
import { createPoller } from '../platform/poller.js';
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

/** Milliseconds between two reads: AFTER_A_LEAK allows for three of them. */
const READ_EVERY = 3_000;
/** In milliseconds: unknown kids, which strangers can invent, cause at most one read in this time. A router waits for 800 ms. */
const LOOK_EVERY = 500;

interface RingNeeds extends StoredKeysNeeds {
  log: Log;
  config: Pick<Config, 'keyRotation' | 'signingAlgorithm'>;
}

/**
 * The keys in PostgreSQL, which all replicas share: each reads them every three seconds, and creates the next one when it is due. The
 * result is used until the next read, so that no token is refused while the database is down.
 */
export async function openStoredKeyRing(needs: RingNeeds): Promise<KeyRing> {
  const { clock, log, config } = needs;
  let keys: StoredKey[] = [];
  /** PostgreSQL's clock minus ours: a process whose clock is wrong signs with the same key as the others. */
  let ahead = 0;
  const now = () => clock.now().getTime() + ahead;
  let reading: Promise<void> | undefined;
  let looking: Promise<void> | undefined;
  let lastLook = -Infinity;
  const poller = createPoller(read, {
    every: READ_EVERY,
    failed(error, failures) {
      if (failures > 1 || poller.stopped()) return;
      log.warn({ err: error }, 'signing keys cannot be read: the known ones stay in use');
    },
  });

  async function take(): Promise<void> {
    // The time before the query: a slow answer puts this process ahead, never behind, where it would trust a leaked key for longer.
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
    if (made) log.info({ kid: newest?.kid, signsFrom: newest?.activeFrom }, 'created a signing key');
  }

  /** Awaits a read that begins after the call: one that is running may have started too early. */
  async function read(): Promise<void> {
    await reading?.catch(() => {});
    await (reading ??= readAndRotate().finally(() => (reading = undefined)));
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
  poller.start();

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
      await poller.stop();
      await reading?.catch(() => {});
    },
  };
}

/** How to create the next key now; null if none is due. */
function dueRotation(keys: StoredKey[], now: number, wanted: RingNeeds['config']): Rotation | null {
  const newest = keys.at(-1);
  // A process with another SERVER_SECRET creates no keys: the others could not read them.
  if (isUnreadable(newest, now)) return null;
  // Also after a restore in which every key of the backup is retired.
  if (!newest || !signingKeyAt(keys, now)) return FIRST;
  // The next key exists already. Two processes that want different algorithms, as during a deployment, change it at most once an hour.
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
