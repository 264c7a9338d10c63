import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.js';
import { type CountedWindow, type Delay, type Delayed, JUDGED, type LimitStore, waitAfter } from './limit-store.js';

interface Entry {
  count: number;
  /** Window: when it ends. Delay: when the next attempt may be made. */
  until: number;
  forgetAt: number;
  /** For a delay: guesses that are being compared, and until when they count as such. */
  open?: number;
  openUntil?: number;
}

/**
 * For one process, and for while Redis fails. Bounded, since attackers choose the keys: a flood of new ones evicts the least recently used,
 * but an attacker with that many networks could use each of them anyway.
 */
export class MemoryLimits implements LimitStore {
  private readonly entries = new LRUCache<string, Entry>({ max: 100_000 });

  constructor(private readonly clock: Clock) {}

  async hit(windows: CountedWindow[]): Promise<number> {
    const now = this.clock.now().getTime();
    const entries = windows.map(({ key, period }) => {
      return this.find(key, now) ?? { count: 0, until: now + period, forgetAt: now + period };
    });
    const full = entries.find(({ count }, index) => count >= (windows[index]?.points ?? 0));
    if (full) return full.until - now;
    windows.forEach(({ key }, index) => {
      const entry = entries[index] as Entry;
      entry.count += 1;
      this.entries.set(key, entry);
    });
    return 0;
  }

  async refund(keys: string[]): Promise<void> {
    const now = this.clock.now().getTime();
    for (const key of keys) {
      const entry = this.find(key, now);
      if (entry && entry.count > 0) entry.count -= 1;
    }
  }

  async delay(key: string, delay: Delay): Promise<Delayed> {
    const now = this.clock.now().getTime();
    const entry = this.find(key, now) ?? { count: 0, until: 0, forgetAt: 0 };
    const open = now < (entry.openUntil ?? 0) ? (entry.open ?? 0) : 0;
    if (now < entry.until) return { wait: Math.min(entry.until - now, delay.most), open };
    entry.count += 1;
    entry.until = now + waitAfter(entry.count, delay);
    entry.forgetAt = entry.until + delay.forget;
    entry.open = open + 1;
    entry.openUntil = now + JUDGED;
    this.entries.set(key, entry);
    return { wait: 0, open: entry.open };
  }

  async failed(key: string): Promise<void> {
    const entry = this.entries.get(key);
    if (entry?.open) entry.open -= 1;
  }

  async forget(keys: string[]): Promise<void> {
    for (const key of keys) this.entries.delete(key);
  }

  private find(key: string, now: number): Entry | undefined {
    const entry = this.entries.get(key);
    return entry && now < entry.forgetAt ? entry : undefined;
  }
}
