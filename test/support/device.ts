import { setTimeout as sleep } from 'node:timers/promises';
import { createImpersonation } from '../../packages/client/src/impersonation.js';
import { createSallyport, type Sallyport, type SallyportOptions } from '../../packages/client/src/sallyport.js';
import type { Channel, Locks, Surroundings } from '../../packages/client/src/surroundings.js';
import type { TestGateway } from './gateway.js';

export interface Device {
  open(options?: Partial<SallyportOptions>): Tab;
  /** In the page of an administrator, beside their own client. */
  impersonate(accessToken: string): Tab;
  /** The names of the mutations that reached the gateway, such as Refresh. */
  sent: string[];
  /** Each mutation with its answer lost on the way, or with no way at all. */
  network: 'good' | 'swallows answers' | 'offline';
  /** Milliseconds until a message of a BroadcastChannel arrives. */
  delay: () => number;
  /** Time goes on, and the timers that it passes ring. */
  pass(ms: number): Promise<void>;
  /** The lock of this name is never given back. */
  freezeLock(): void;
}

export interface Tab extends Sallyport {
  /** As when the page is shown, or the network returns. */
  isShown(): void;
  /** From now on nothing reaches it, until it is shown. */
  isFrozen(): void;
}

/** A browser with tabs that run the client: cookies, Web Locks and channels of one device, by the clock of the gateway. */
export function openDevice(gateway: TestGateway, { hasLocks = true, hasChannels = true } = {}): Device {
  const browser = gateway.browser();
  const locks = webLocks();
  const channels = new Set<{ listener?: (event: { data: unknown }) => void; isFrozen(): boolean }>();
  const timers = new Map<object, { at: number; ring(): void }>();
  const now = () => gateway.clock.now().getTime();

  const device: Device = {
    sent: [],
    network: 'good',
    delay: () => 0,
    freezeLock: locks.freeze,
    async pass(ms) {
      gateway.clock.advance(ms);
      const passed = [...timers.values()].filter(({ at }) => at <= now());
      for (const { ring } of passed) ring();
      await sleep(1);
    },
    open: (options = {}) =>
      openTab((surroundings) => createSallyport({ url: gateway.url, ...options }, surroundings), options.storage),
    impersonate: (accessToken) =>
      openTab((surroundings) => createImpersonation({ url: gateway.url, accessToken }, surroundings)),
  };
  return device;

  function openTab(
    create: (surroundings: Surroundings) => Sallyport,
    storage: SallyportOptions['storage'] = 'cookie',
  ): Tab {
    let frozen = false;
    let events: Parameters<Surroundings['listen']>[0] | undefined;
    const openChannel = (): Channel => {
      const end = { isFrozen: () => frozen } as {
        listener?: (event: { data: unknown }) => void;
        isFrozen(): boolean;
      };
      channels.add(end);
      return {
        postMessage: (message) => {
          const data: unknown = structuredClone(message);
          for (const other of channels)
            if (other !== end) setTimeout(() => void (!other.isFrozen() && other.listener?.({ data })), device.delay());
        },
        addEventListener: (_type, listener) => void (end.listener = listener),
        close: () => channels.delete(end),
      };
    };
    const sallyport = create({
      isPage: true,
      now,
      fetch: async (_url, { headers, body, credentials } = {}) => {
        const { query, variables } = JSON.parse(body as string) as { query: string; variables: object };
        if (device.network === 'offline') throw new TypeError('Failed to fetch');
        const [, name] = /^mutation (\w+)/.exec(query) ?? [];
        if (name) device.sent.push(name);
        const token = new Headers(headers).get('authorization')?.replace('Bearer ', '');
        const wire = storage !== 'cookie' || credentials === 'omit' ? gateway : browser;
        const answer = await (device.network === 'swallows answers'
          ? gatewayWith(gateway, browser, query, variables, token)
          : wire.gql(query, { ...variables }, { token }));
        if (device.network !== 'good') throw new TypeError('Failed to fetch');
        return new Response(answer.text, { status: answer.status });
      },
      setTimeout: (work, ms) => {
        const key = {};
        const ring = () => {
          clearTimeout(timer);
          if (timers.delete(key) && !frozen) work();
        };
        const timer = setTimeout(ring, Math.min(ms, 2 ** 31 - 1)).unref();
        timers.set(key, { at: now() + ms, ring });
        return key;
      },
      clearTimeout: (key) => void timers.delete(key as object),
      locks: hasLocks ? locks : undefined,
      openChannel: hasChannels ? openChannel : undefined,
      listen: (given) => void (events = given),
      isVisible: () => !frozen,
      isOffline: () => device.network === 'offline',
    });
    return {
      ...sallyport,
      isShown: () => {
        frozen = false;
        events?.wake();
      },
      isFrozen: () => {
        frozen = true;
        events?.leave();
      },
    };
  }
}

/** The gateway has done it, and the browser never hears of it: its cookies stay as they were. */
function gatewayWith(
  gateway: TestGateway,
  browser: ReturnType<TestGateway['browser']>,
  query: string,
  variables: object,
  token: string | undefined,
) {
  const cookie = `sallyport-refresh=${browser.cookie('sallyport-refresh')}`;
  return gateway.gql(query, { ...variables }, { token, cookie, headers: { origin: gateway.config.publicUrl } });
}

function webLocks(): Locks & { freeze(): void } {
  let frozen = false;
  const held = new Set<{ name: string }>();
  const last = new Map<string, Promise<unknown>>();
  return {
    freeze: () => {
      frozen = true;
    },
    query: async () => ({ held: [...held] }),
    async request(name, { mode = 'exclusive', signal }, work) {
      const before = mode === 'shared' ? undefined : last.get(name);
      const turn = frozen && mode === 'exclusive' ? new Promise<never>(() => {}) : Promise.resolve(before);
      const impatience = new Promise<never>((_, reject) =>
        signal?.addEventListener('abort', () => reject(new DOMException('Aborted', 'AbortError'))),
      );
      const run = Promise.race([turn, impatience]).then(async () => {
        const lock = { name };
        held.add(lock);
        try {
          return await work();
        } finally {
          held.delete(lock);
        }
      });
      if (mode === 'exclusive')
        last.set(
          name,
          run.catch(() => before),
        );
      return run;
    },
  };
}
