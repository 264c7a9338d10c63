/** At most `points` in a period that begins with the first of them. */
export interface Window {
  points: number;
  /** Milliseconds. */
  period: number;
}

/** `free` attempts, then a wait that doubles from `first` up to `most`; everything is forgotten `forget` after the last wait. */
export interface Delay {
  free: number;
  first: number;
  most: number;
  forget: number;
}

export interface Windows {
  windows: Window[];
}

/** All limits by name. Those named `….address` count for a network. */
export interface LimitTable<WindowPolicy extends string, DelayPolicy extends string> {
  windows: Record<WindowPolicy, Windows>;
  delays: Record<DelayPolicy, Delay>;
}

/** A window of one policy, and the key of its counter. */
export interface CountedWindow extends Window {
  key: string;
}

/**
 * Counts attempts. Every wait is in milliseconds, 0 if the attempt may go ahead. Checking and counting are one atomic step: parallel
 * attempts never share a point. The keys of one call belong to one policy and one name.
 */
export interface LimitStore {
  /** Counts one in each window or, if any of them is full, in none. */
  hit(windows: CountedWindow[]): Promise<number>;
  /** Takes one back in each counter that is not zero. */
  refund(keys: string[]): Promise<void>;
  /** Counts the guess as a wrong one, unless the wait after the last one still lasts. */
  delay(key: string, delay: Delay): Promise<Delayed>;
  /** Reports that a guess which `delay` let through was wrong. */
  failed(key: string): Promise<void>;
  forget(keys: string[]): Promise<void>;
}

export interface Delayed {
  wait: number;
  /** How many guesses are being compared. */
  open: number;
}

/** Milliseconds after which a guess no longer counts as being compared: its process may be gone. */
export const JUDGED = 10_000;

/** The wait that follows the `count`th attempt. */
export function waitAfter(count: number, { free, first, most }: Delay): number {
  return count < free ? 0 : Math.min(most, first * 2 ** (count - free));
}
