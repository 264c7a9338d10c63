/**
 * Where the refresh token is kept. `cookie`: the gateway keeps it in a cookie that scripts cannot read, the default in pages.
 * `memory`: until the program ends, the default elsewhere. Or the key store of the system, such as Expo's SecureStore.
 */
export type Storage = 'cookie' | 'memory' | KeyStore;

export interface KeyStore {
  get(): MaybePromise<string | null | undefined>;
  set(refreshToken: string): MaybePromise<unknown>;
  delete(): MaybePromise<unknown>;
}

type MaybePromise<Value> = Value | Promise<Value>;

export interface RefreshTokenStore extends KeyStore {
  /** Whether the gateway keeps it, as a cookie. */
  readonly isCookie: boolean;
}

export function refreshTokenStore(storage: Storage): RefreshTokenStore {
  if (storage === 'cookie') return { isCookie: true, get: () => null, set: () => {}, delete: () => {} };
  const store = storage === 'memory' ? null : storage;
  /** The newest one. Where the store cannot be written, the session goes on with it: the stored one would count as stolen. */
  let newest: string | null = null;
  return {
    isCookie: false,
    get: async () => newest ?? (newest = (await store?.get()) ?? null),
    set: async (refreshToken) => {
      newest = refreshToken;
      await store?.set(refreshToken);
    },
    delete: async () => {
      newest = null;
      await store?.delete();
    },
  };
}
