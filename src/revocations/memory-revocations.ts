import { LRUCache } from 'lru-cache';
import type { Clock } from '../platform/clock.js';
import type { Metrics } from '../platform/metrics.js';
import { countChecks } from './count-checks.js';
import { askTruth, DENY_MARGIN, LIVE_FOR, type RevocationClaims, type Revocations, type Truth } from './revocations.js';

/** Tokens of one user that were found live since `since`. Every denial discards it as a whole. */
interface Lease {
  since: number;
  live: Set<string>;
}

/**
 * For the one process of an embedded gateway. Bounded: tokens that are dropped are looked up in the database again.
 *
 * A truth that was asked before a denial and answers after it adds its token to the lease it began with; the denial has removed that lease
 * from the map, so it is no longer read.
 */
export class MemoryRevocations implements Revocations {
  private readonly clock: Clock;
  private readonly checks;
  private readonly leases = new LRUCache<string, Lease>({ max: 20_000 });
  private readonly denied: LRUCache<string, number>;

  constructor({
    clock,
    metrics,
    accessTokenLifetime,
  }: {
    clock: Clock;
    metrics: Metrics;
    accessTokenLifetime: number;
  }) {
    this.clock = clock;
    this.checks = countChecks(metrics);
    this.denied = new LRUCache({ max: 100_000, ttl: accessTokenLifetime + DENY_MARGIN });
  }

  async isLive(claims: RevocationClaims, truth: Truth): Promise<boolean> {
    if (await this.isDenied(claims)) return false;
    const lease = this.leaseOf(claims.sub);
    if (lease.live.has(claims.jti)) {
      this.checks.live.inc();
      return true;
    }
    this.checks.database.inc();
    const live = await askTruth(claims, truth);
    if (live) lease.live.add(claims.jti);
    return live;
  }

  async isDenied({ sub, sid, jti, ver: [version = 0] }: RevocationClaims): Promise<boolean> {
    const below = this.denied.get(`user ${sub}`);
    const denied =
      (below !== undefined && version < below) || this.denied.has(`session ${sid}`) || this.denied.has(`token ${jti}`);
    if (denied) this.checks.deny.inc();
    return denied;
  }

  denySession(userId: string, sessionId: string): Promise<void> {
    return this.denySessions(userId, [sessionId]);
  }

  async denySessions(userId: string, sessionIds: readonly string[]): Promise<void> {
    for (const id of sessionIds) this.denied.set(`session ${id}`, 0);
    this.leases.delete(userId);
  }

  async denyUser(userId: string, version: number): Promise<void> {
    const key = `user ${userId}`;
    this.denied.set(key, Math.max(version, this.denied.get(key) ?? version));
    this.leases.delete(userId);
  }

  async denyToken(userId: string, jti: string): Promise<void> {
    this.denied.set(`token ${jti}`, 0);
    this.leases.delete(userId);
  }

  async denyRoles(): Promise<void> {
    this.leases.clear();
  }

  private leaseOf(userId: string): Lease {
    const now = this.clock.now().getTime();
    const known = this.leases.get(userId);
    if (known && Math.abs(now - known.since) <= LIVE_FOR) return known;
    const lease = { since: now, live: new Set<string>() };
    this.leases.set(userId, lease);
    return lease;
  }
}
