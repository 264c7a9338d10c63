import type { Clock } from '../platform/clock.js';

export interface Remembered<Value> {
  get(): Promise<Value>;
  /** Loads it again, unless that was done a moment ago. */
  renew(): Promise<Value>;
}

interface Rules {
  clock: Pick<Clock, 'now'>;
  /** Milliseconds after which it is loaded again. */
  maxAge: number;
  /** Milliseconds in which it is loaded once at most, whatever reason there is. */
  coolDown: number;
}

/**
 * A document of a provider. All who wait for it wait for one request. Where it cannot be loaded again, the last one is used: a provider
 * that signs people in should not stop because its metadata cannot be read for a while.
 */
export function remember<Value>(load: () => Promise<Value>, { clock, maxAge, coolDown }: Rules): Remembered<Value> {
  let held: { value: Value } | null = null;
  let triedAt = -Infinity;
  let loadedAt = -Infinity;
  let loading: Promise<Value> | null = null;

  const loadOnce = () => {
    triedAt = clock.now().getTime();
    loading ??= load()
      .then((value) => {
        held = { value };
        loadedAt = triedAt;
        return value;
      })
      .finally(() => {
        loading = null;
      });
    return loading;
  };
  const mayTry = () => clock.now().getTime() - triedAt >= coolDown;
  return {
    async get() {
      const last = held;
      if (!last) return loadOnce();
      const isOld = clock.now().getTime() - loadedAt >= maxAge;
      return isOld && mayTry() ? loadOnce().catch(() => last.value) : last.value;
    },
    async renew() {
      return held && !mayTry() ? (loading ?? held.value) : loadOnce();
    },
  };
}
