import type { Delay, Window } from './limit-policies.js';

/** Where attempts are counted. Every wait is in milliseconds, 0 where the attempt may go ahead. */
export interface LimitStore {
  /** Counts, and says whether that was one too many. Counting and judging are one step: parallel attempts share no point. */
  hit(key: string, window: Window): Promise<number>;
  refund(key: string, window: Window): Promise<void>;
  /** Takes the attempt for a failure, unless the last one's wait is not over: then it counts for nothing. One step, too. */
  delay(key: string, delay: Delay): Promise<number>;
  forget(keys: string[]): Promise<void>;
}

/** The wait that follows the `count`th attempt. */
export function waitAfter(count: number, { free, first, most }: Delay): number {
  return count < free ? 0 : Math.min(most, first * 2 ** (count - free));
}
