import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.js';
import type { Delay, Window } from './limit-policies.js';
import { type LimitStore, waitAfter } from './limit-store.js';

interface Entry {
  count: number;
  /** Window: when it ends. Delay: when the next attempt may be made. */
  until: number;
  forgetAt: number;
}

/**
 * For one process, and for the time in which Redis fails. Bounded, since the keys are of the attackers' choosing: a flood of
 * new ones pushes the longest unused out, and whoever can send from that many networks has them to use anyway.
 */
export class MemoryLimits implements LimitStore {
  private readonly entries = new LRUCache<string, Entry>({ max: 100_000 });

  constructor(private readonly clock: Clock) {}

  async hit(key: string, { points, period }: Window): Promise<number> {
    const now = this.clock.now().getTime();
    const entry = this.find(key, now) ?? { count: 0, until: now + period, forgetAt: now + period };
    entry.count += 1;
    this.entries.set(key, entry);
    return entry.count > points ? entry.until - now : 0;
  }

  async refund(key: string, _window: Window): Promise<void> {
    const entry = this.find(key, this.clock.now().getTime());
    if (entry && entry.count > 0) entry.count -= 1;
  }

  async delay(key: string, delay: Delay): Promise<number> {
    const now = this.clock.now().getTime();
    const entry = this.find(key, now) ?? { count: 0, until: 0, forgetAt: 0 };
    if (now < entry.until) return Math.min(entry.until - now, delay.most);
    entry.count += 1;
    entry.until = now + waitAfter(entry.count, delay);
    entry.forgetAt = entry.until + delay.forget;
    this.entries.set(key, entry);
    return 0;
  }

  async forget(keys: string[]): Promise<void> {
    for (const key of keys) this.entries.delete(key);
  }

  private find(key: string, now: number): Entry | undefined {
    const entry = this.entries.get(key);
    return entry && now < entry.forgetAt ? entry : undefined;
  }
}
