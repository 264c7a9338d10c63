/** What the client needs of where it runs. Tests bring their own: a clock that can be moved, locks that are stuck. */
export interface Surroundings {
  /** A page, which asks for its session by itself, and shares it with other tabs. */
  isPage: boolean;
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Milliseconds. */
  now(): number;
  setTimeout(work: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  /** Web Locks. Undefined where there are none: old browsers, pages that came by http, apps. */
  locks?: Locks | undefined;
  openChannel?: ((name: string) => Channel) | undefined;
  /** Calls back when the page is shown, the device wakes or the network returns; and when the page is left. */
  listen(events: { wake(): void; leave(): void }): void;
  isVisible(): boolean;
  isOffline(): boolean;
}

export interface Locks {
  request<Result>(
    name: string,
    options: { mode?: 'exclusive' | 'shared'; signal?: AbortSignal },
    work: () => Result | Promise<Result>,
  ): Promise<Result>;
  query(): Promise<{ held?: { name?: string | undefined }[] | undefined }>;
}

export interface Channel {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  close(): void;
}

export function surroundingsHere(): Surroundings {
  const { document, navigator, BroadcastChannel, addEventListener } = globalThis as unknown as Here;
  const isPage = document !== undefined;
  return {
    isPage,
    // Looked up at each call: applications and test tools replace it.
    fetch: (input, init) => globalThis.fetch(input, init),
    now: () => Date.now(),
    setTimeout: (work, ms) => {
      const timer: unknown = setTimeout(work, ms);
      // In Node a timer would keep a process from ending.
      if (!isPage) (timer as { unref?(): void }).unref?.();
      return timer;
    },
    clearTimeout: (timer) => clearTimeout(timer as number),
    locks: isPage ? navigator?.locks : undefined,
    openChannel: isPage && BroadcastChannel ? (name) => new BroadcastChannel(name) : undefined,
    listen: ({ wake, leave }) => {
      if (!document) return;
      document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && wake());
      addEventListener('pageshow', wake);
      addEventListener('online', wake);
      addEventListener('pagehide', leave);
    },
    isVisible: () => document?.visibilityState !== 'hidden',
    isOffline: () => navigator?.onLine === false,
  };
}

/** By structure, so that the package needs no DOM types. */
interface Here {
  document?: { visibilityState: string; addEventListener(type: string, listener: () => void): void };
  navigator?: { locks?: Locks; onLine?: boolean };
  BroadcastChannel: new (name: string) => Channel;
  addEventListener(type: string, listener: () => void): void;
}
