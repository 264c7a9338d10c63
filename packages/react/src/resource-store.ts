import type { Sallyport } from '@sallyport/client';
import { createObservers } from './observers.js';

/** What was asked of the gateway. */
export interface Loaded<Value> {
  /** Null until it is there. */
  readonly value: Value | null;
  readonly loading: boolean;
  /** Of the last try. What was loaded before stays. */
  readonly error: Error | null;
}

export interface Resource<Value> {
  subscribe(listener: () => void): () => void;
  get(): Loaded<Value>;
  getServerSnapshot(): Loaded<Value>;
  load(): Promise<void>;
  /** What an operation has told. */
  change(change: (value: Value) => Value): void;
}

const LOADING: Loaded<never> = { value: null, loading: true, error: null };
const NOTHING: Loaded<never> = { value: null, loading: false, error: null };
/** The owner of what belongs to no user. */
const PUBLIC = 'public';

/**
 * Loads when a component first wants it, and when another session begins. What was loaded for one session is never given in
 * another: `get` compares the two itself, since a component may ask before the store has heard.
 */
export function createResource<Value>(
  sallyport: Sallyport,
  fetch: () => Promise<Value>,
  { isPublic = false } = {},
): Resource<Value> {
  let loaded: Loaded<Value> = LOADING;
  let owner: string | null = null;
  let underWay: Promise<void> | null = null;
  let turn = 0;

  const observers = createObservers(() => {
    void load();
    return sallyport.onChange(() => {
      if (present() === owner) observers.tell();
      else void load();
    });
  });

  /** Whose it would be now. Null where no user is signed in. */
  function present(): string | null {
    const state = sallyport.getState();
    return isPublic ? PUBLIC : state.status === 'signedIn' ? state.sessionId : null;
  }

  function publish(next: Loaded<Value>): void {
    loaded = next;
    observers.tell();
  }

  function load(): Promise<void> {
    const mine = present();
    // StrictMode subscribes twice.
    if (underWay && mine === owner) return underWay;
    turn += 1;
    const myTurn = turn;
    const value = mine === owner ? loaded.value : null;
    owner = mine;
    underWay = null;
    publish(mine === null ? NOTHING : { value, loading: true, error: null });
    if (mine === null) return Promise.resolve();
    const isMine = () => myTurn === turn && present() === mine;
    underWay = fetch()
      .then(
        (value) => isMine() && publish({ value, loading: false, error: null }),
        (error: Error) => isMine() && publish({ ...loaded, loading: false, error }),
      )
      .then(() => {
        if (myTurn === turn) underWay = null;
      });
    return underWay;
  }

  return {
    subscribe: observers.subscribe,
    get() {
      if (!isPublic && sallyport.getState().status === 'signedOut') return NOTHING;
      return owner !== null && present() === owner ? loaded : LOADING;
    },
    getServerSnapshot: () => LOADING,
    async load() {
      // What is on its way may be from before that which the caller has done.
      underWay = null;
      // Who comes later loads anyway.
      if (!observers.isEmpty()) await load();
    },
    change(change) {
      if (present() !== owner || loaded.value === null) return;
      turn += 1;
      underWay = null;
      publish({ value: change(loaded.value), loading: false, error: null });
    },
  };
}
