import type { Surroundings } from './surroundings.js';

export type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** A tab that was frozen while it held the lock may hold it for hours. */
const PATIENCE = 5000;

/**
 * One request at a time, over all tabs, of those that change the refresh token: the answer that arrives last must be the newest. Where
 * there are no locks, or one is stuck, the work is done without: the gateway gives tabs that come at once the same token.
 */
export function createTurns(name: string, { locks, setTimeout, clearTimeout }: Surroundings): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    // Within this tab too, where there are no locks.
    const result = locks ? locked(work) : last.then(work, work);
    last = result.catch(() => {});
    return result;
  };

  async function locked<Result>(work: () => Promise<Result>): Promise<Result> {
    const impatience = new AbortController();
    const timer = setTimeout(() => impatience.abort(), PATIENCE);
    let begun = false;
    const begin = () => {
      begun = true;
      clearTimeout(timer);
      return work();
    };
    try {
      return (await locks?.request(name, { signal: impatience.signal }, begin)) as Result;
    } catch (error) {
      if (begun) throw error;
      return begin();
    }
  }
}
