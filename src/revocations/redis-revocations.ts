import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../platform/clock.js';
import { randomToken } from '../platform/crypto.js';
import type { Metrics } from '../platform/metrics.js';
import { COMMAND_TIMEOUT, type RedisConnection, redisSpan } from '../platform/redis.js';
import { countChecks } from './count-checks.js';
import { type RedisEntries, redisEntries } from './redis-entries.js';
import { askTruth, DENY_MARGIN, LIVE_FOR, type RevocationClaims, type Revocations, type Truth } from './revocations.js';

/** Stands for the versions of all roles: it is replaced when any of them changes, and at every (re)connection. */
const EPOCH = 'roles-epoch';
const EPOCH_LIFETIME = 86_400_000;

/** How long to wait if Redis confirms nothing: the lifetime of a lease, the latest answer that a reader accepts, and some margin. */
const ALL_STALE = LIVE_FOR + COMMAND_TIMEOUT + 250;
const RETRY_EVERY = 100;

/**
 * Redis in front of PostgreSQL. Nothing is trusted because of a time that was written into it:
 *
 * - A *lease* is a random value under `{user}:lease` that Redis itself drops after a second. A live entry holds the lease
 *   and the epoch that its writer read *before* it asked the truth, and counts only while both are still in Redis. So a live entry that
 * arrives late is never trusted: its lease has expired, or a denial or a flush has removed it.
 * - The *epoch* is a random value too. A changed role replaces it: one write invalidates every live entry. So does every connection when it
 * becomes ready, since a failover or a restart from a snapshot may have lost denials and kept leases.
 * - A denial writes its entry and removes the lease. The entry saves asking PostgreSQL; the missing lease alone would make every reader ask
 * PostgreSQL.
 *
 * Remaining risk: in a split brain, a reader cut off together with the old master can trust a lease for the second it has left.
 */
export class RedisRevocations implements Revocations {
  private readonly redis: RedisConnection;
  private readonly clock: Clock;
  private readonly entries: RedisEntries;
  private readonly checks;
  private readonly unconfirmed;
  /** The generation of the connection for which we last replaced the epoch. */
  private trusted = -1;
  private replacing: Promise<string> | undefined;
  private readonly unique = randomToken(9);
  private count = 0;

  constructor(needs: { redis: RedisConnection; clock: Clock; metrics: Metrics; accessTokenLifetime: number }) {
    this.redis = needs.redis;
    this.clock = needs.clock;
    const denyFor = needs.accessTokenLifetime + DENY_MARGIN;
    this.entries = redisEntries(needs.redis, { epoch: EPOCH, denyFor });
    this.checks = countChecks(needs.metrics);
    this.unconfirmed = needs.metrics.counter(
      'sallyport_revocations_unconfirmed_total',
      'Denials that Redis did not confirm, so that their callers waited for every live entry to be stale',
    );
  }

  async isLive(claims: RevocationClaims, truth: Truth): Promise<boolean> {
    const user = `{${claims.sub}}`;
    const liveKey = `${user}:live:${claims.jti}`;
    const stamp = this.redis.ready() ? await this.look(user, liveKey, claims) : undefined;
    if (typeof stamp === 'boolean') return stamp;
    this.checks.database.inc();
    const live = await askTruth(claims, truth);
    if (live && stamp !== undefined) {
      this.entries.keep({ key: liveKey, stamp }).catch((error: unknown) => this.redis.failed(error));
    }
    return live;
  }

  async isDenied(claims: RevocationClaims): Promise<boolean> {
    if (!this.redis.ready()) return false;
    try {
      const user = `{${claims.sub}}`;
      return this.denies(claims, await this.read(user, `${user}:live:${claims.jti}`, claims));
    } catch (error) {
      this.redis.failed(error);
      return false;
    }
  }

  denySession(userId: string, sessionId: string): Promise<void> {
    return this.denySessions(userId, [sessionId]);
  }

  async denySessions(userId: string, sessionIds: readonly string[]): Promise<void> {
    if (sessionIds.length > 0)
      await this.deny(
        userId,
        sessionIds.map((id) => `session:${id}`),
      );
  }

  /** Two calls at once may leave the lower version in the entry. The lease is removed all the same, and PostgreSQL has the higher one. */
  denyUser(userId: string, version: number): Promise<void> {
    return this.deny(userId, ['user'], String(version));
  }

  denyToken(userId: string, jti: string): Promise<void> {
    return this.deny(userId, [`token:${jti}`]);
  }

  denyRoles(_roleName: string): Promise<void> {
    return this.untilSafe(() => this.redis.client.set(EPOCH, this.fresh(), 'PX', EPOCH_LIFETIME));
  }

  /** The verdict. If Redis has none, the stamp for a live entry to write now; undefined if Redis cannot be used. */
  private async look(user: string, liveKey: string, claims: RevocationClaims): Promise<boolean | string | undefined> {
    const askedAt = performance.now();
    try {
      const found = await this.read(user, liveKey, claims);
      if (this.denies(claims, found)) return false;
      const [, , , live, lease = null, epoch = null] = found;
      const believed = this.trusted === this.redis.generation;
      if (believed && live && live === `${lease} ${epoch}` && this.isYoung(live, askedAt)) {
        this.checks.live.inc();
        return true;
      }
      return await this.stamp(`${user}:lease`, lease, believed ? epoch : await this.replaceEpoch());
    } catch (error) {
      this.redis.failed(error);
      return undefined;
    }
  }

  private denies({ ver: [version = 0] }: RevocationClaims, [below, session, token]: (string | null)[]): boolean {
    const denied = Boolean(session || token || (below && version < Number(below)));
    if (denied) this.checks.deny.inc();
    return denied;
  }

  private read(user: string, liveKey: string, { sid, jti }: RevocationClaims): Promise<(string | null)[]> {
    const deny = `${user}:deny:`;
    return this.entries.read([`${deny}user`, `${deny}session:${sid}`, `${deny}token:${jti}`, liveKey, `${user}:lease`]);
  }

  /** Redis expires leases by its own clock; if that is set back, the age by our clock shows it. A late answer does not count. */
  private isYoung(lease: string, askedAt: number): boolean {
    const age = this.clock.now().getTime() - Number.parseInt(lease, 10);
    return Math.abs(age) <= LIVE_FOR && performance.now() - askedAt <= COMMAND_TIMEOUT;
  }

  private async stamp(leaseKey: string, lease: string | null, epoch: string | null): Promise<string | undefined> {
    const [held, current] = await Promise.all([
      lease ?? this.claim(leaseKey, LIVE_FOR),
      epoch ?? this.claim(EPOCH, EPOCH_LIFETIME),
    ]);
    return held && current ? `${held} ${current}` : undefined;
  }

  private claim(key: string, lifetime: number): Promise<string | null> {
    return this.entries.claim({ key, lifetime, value: this.fresh() });
  }

  private replaceEpoch(): Promise<string> {
    this.replacing ??= (async () => {
      const { client, generation } = this.redis;
      const epoch = this.fresh();
      await client.set(EPOCH, epoch, 'PX', EPOCH_LIFETIME);
      this.trusted = generation;
      return epoch;
    })().finally(() => (this.replacing = undefined));
    return this.replacing;
  }

  private fresh(): string {
    return `${this.clock.now().getTime()}.${this.unique}${(this.count++).toString(36)}`;
  }

  private deny(userId: string, what: string[], value = '1'): Promise<void> {
    const lease = `{${userId}}:lease`;
    const denials = what.map((one) => ({ entry: `{${userId}}:deny:${one}`, value, lease }));
    return this.untilSafe(() => redisSpan('deny', () => Promise.all(denials.map((one) => this.entries.deny(one)))));
  }

  /** Retries until Redis confirms, or until every live entry from before the call is stale. */
  private async untilSafe(write: () => Promise<unknown>): Promise<void> {
    const deadline = performance.now() + ALL_STALE;
    for (;;) {
      try {
        if (this.redis.connected()) return void (await write());
      } catch (error) {
        this.redis.failed(error);
      }
      const left = deadline - performance.now();
      if (left <= 0) break;
      await sleep(Math.min(RETRY_EVERY, left));
    }
    this.unconfirmed.inc();
  }
}
