import { availableParallelism } from 'node:os';
import { badInput } from '../errors.js';
import type { Config } from '../config/config.js';
import { sameBytes } from '../platform/crypto.js';
import type { Metrics } from '../platform/metrics.js';
import { DUMMY_ARGON2, hashArgon2, isCurrentArgon2 } from './argon2.js';
import { DUMMY_BCRYPT, hashBcrypt, isCurrentBcrypt } from './bcrypt.js';
import { readHash } from './hash-formats.js';
import { normalizePassword } from './normalize-password.js';
import { createWorkQueue, type QueueLimits } from '../platform/work-queue.js';
import { createWorkerPool, type WorkerPool } from './worker-pool.js';

/** Every method that hashes throws SERVICE_UNAVAILABLE with `retryAfter` (seconds) when too many wait. */
export interface PasswordHasher {
  /**
   * A new hash of the password. BAD_USER_INPUT if it cannot be a password: over 256 characters, or invalid Unicode. With `like`, a hash in
   * today's format, it has the same salt, so that `which` compares with both at once.
   */
  hash(password: string, like?: string): Promise<string>;
  /** Whether the password matches. A hash that cannot be read matches nothing. */
  verify(password: string, stored: string): Promise<boolean>;
  /**
   * The first of these hashes that the password matches. Costs what `verify` costs, whatever their number: an empty list costs a dummy, and
   * hashes that do not share the first one's salt are skipped.
   */
  which(password: string, stored: readonly string[]): Promise<string | undefined>;
  /** Costs what `verify` costs, so that the time of an answer does not reveal whether the account exists. */
  verifyDummy(password: string): Promise<false>;
  /**
   * Runs an operation that will hash. If it would wait too long, it is refused before its first statement: otherwise, of six hundred
   * concurrent sign-ins, those that could not be served would be refused only after seconds.
   */
  admit<Result>(story: () => Promise<Result>): Promise<Result>;
  /** True for every hash that this server would not write today. */
  needsRehash(stored: string): boolean;
  /** Refuses waiting tasks and ends the threads. */
  close(): Promise<void>;
}

/** What each PASSWORD_HASHER writes. */
const WRITERS = {
  argon2id: { hash: hashArgon2, isCurrent: isCurrentArgon2, dummy: DUMMY_ARGON2 },
  bcrypt: { hash: hashBcrypt, isCurrent: isCurrentBcrypt, dummy: DUMMY_BCRYPT },
} satisfies Record<
  string,
  {
    hash(password: string, workers: WorkerPool, like?: string): Promise<string>;
    isCurrent(stored: string): boolean;
    dummy: string;
  }
>;

/** The one place where passwords become hashes and are compared with them. `limits` overrides the queue's bounds. */
export function createHasher(
  config: Pick<Config, 'passwordHasher' | 'hashConcurrency'> & Partial<Pick<Config, 'workers'>>,
  metrics: Metrics,
  limits: Partial<QueueLimits> = {},
): PasswordHasher {
  const width = limits.width ?? (config.hashConcurrency || spareCores(config.workers));
  const queue = createWorkQueue('hash', metrics, { maxWaiting: 256 * width, maxWait: 2000, ...limits, width });
  const workers = createWorkerPool(width, 60_000);
  const writer = WRITERS[config.passwordHasher];
  const unreadable = metrics.counter(
    'sallyport_password_hashes_unreadable_total',
    'Sign-ins refused since the stored hash is malformed, unknown or too costly.',
  );

  const write = (password: string, like: string | undefined) =>
    queue.run(() => writer.hash(password, workers, like && writer.isCurrent(like) ? like : undefined));

  const compare = async (password: string, stored: string) => {
    const normal = normalizePassword(password);
    const { check } = readHash(normal === undefined ? writer.dummy : stored);
    if (!check) unreadable.inc();
    const checkOrDummy = check ?? readHash(writer.dummy).check;
    const matches = await queue.run(async () => {
      if (await checkOrDummy?.(normal ?? '', workers)) return true;
      // Other systems hashed the text as typed. Not tried on our own hashes: the time of a second hash would distinguish them from the dummy.
      return (
        normal !== undefined && normal !== password && !writer.isCurrent(stored) && !!(await check?.(password, workers))
      );
    });
    return matches && check !== undefined && normal !== undefined;
  };

  return {
    async hash(password, like) {
      const normal = normalizePassword(password);
      if (normal === undefined)
        throw badInput({
          field: 'password',
          code: 'INVALID_FORMAT',
          message: 'The password is not valid Unicode text.',
        });
      return write(normal, like);
    },
    verify: compare,
    async which(password, [first, ...others]) {
      const alike = others.filter((other) => settingOf(other) === settingOf(first ?? ''));
      if (first === undefined || alike.length === 0 || !writer.isCurrent(first)) {
        const matches = await compare(password, first ?? writer.dummy);
        return matches ? first : undefined;
      }
      const normal = normalizePassword(password);
      const again = await write(normal ?? '', first);
      return [first, ...alike].find((one) => normal !== undefined && sameBytes(Buffer.from(one), Buffer.from(again)));
    },
    async verifyDummy(password) {
      await compare(password, writer.dummy);
      return false;
    },
    admit: queue.admit,
    needsRehash: (stored) => !writer.isCurrent(stored),
    async close() {
      await queue.close();
      await workers.close();
    },
  };
}

/** Algorithm, cost and salt, in every format that this server writes. */
function settingOf(hash: string): string {
  return hash.slice(0, hash.lastIndexOf('$'));
}

/**
 * One core is left to the event loop, and one of libuv's four threads to files and DNS, which would otherwise wait behind hashes.
 * HASH_CONCURRENCY, together with UV_THREADPOOL_SIZE, raises this.
 */
function spareCores(processes = 1): number {
  return Math.min(Math.max(1, Math.floor((availableParallelism() - 1) / processes)), 3);
}
