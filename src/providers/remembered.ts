import type { Clock } from '../platform/clock.js';

export interface Remembered<Value> {
  get(): Promise<Value>;
  /** Loads it again, unless that has just been done. */
  renew(): Promise<Value>;
}

interface Rules {
  clock: Pick<Clock, 'now'>;
  /** Milliseconds after which it is loaded again. */
  maxAge: number;
  /** Milliseconds after which it is no longer used, even if it cannot be loaded again. */
  usableFor: number;
  /** Milliseconds in which it is loaded at most once, whatever the reason. */
  coolDown: number;
}

/**
 * A cached document of a provider. All callers share one request. If it cannot be loaded again, the last one is used for a while: sign-ins
 * should not stop because the metadata cannot be read. Not for ever: a key may have been withdrawn, and an attacker who has it may be
 * blocking the update.
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
