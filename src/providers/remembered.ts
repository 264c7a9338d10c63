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
  /** Milliseconds after which it is not used any more, although it cannot be loaded again. */
  usableFor: number;
  /** Milliseconds in which it is loaded once at most, whatever reason there is. */
  coolDown: number;
}

/**
 * A document of a provider. All who wait for it wait for one request. Where it cannot be loaded again, the last one is used for a
 * while: a provider that signs people in should not stop because its metadata cannot be read. Not for ever: a key may have been withdrawn, and
 * who has it may be who keeps us from hearing of that.
 */
export function remember<Value>(
  load: () => Promise<Value>,
  { clock, maxAge, usableFor, coolDown }: Rules,
): Remembered<Value> {
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
  const age = () => clock.now().getTime() - loadedAt;
  const usable = () => (age() < usableFor ? held : null);
  return {
    async get() {
      const last = usable();
      if (!last) return loadOnce();
      return age() >= maxAge && mayTry() ? loadOnce().catch(() => last.value) : last.value;
    },
    async renew() {
      const last = usable();
      return last && !mayTry() ? (loading ?? last.value) : loadOnce();
    },
  };
}
