import type { AccessTokenClaims } from './identity.js';
import { KnownRevocations } from './known-revocations.js';
import { serverSentEvents } from './server-sent-events.js';

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

export interface ReaderOptions {
  url: string;
  authorization: string;
  fetch: Fetch;
  onTrouble(error: Error): void;
}

/** The gateway says `synced` every two seconds. After this many milliseconds of silence something may have been missed. */
const SILENCE = 5_000;
const SHORTEST_PAUSE = 250;
const LONGEST_PAUSE = 5_000;

/** Reads the feed of revocations for as long as it is open, and says whether it knows them all. */
export class RevocationReader {
  private readonly known = new KnownRevocations();
  private readonly closing = new AbortController();
  private lastEventId: string | null = null;
  private syncedAt = -Infinity;
  private readonly sweeping: ReturnType<typeof setInterval>;
  private waiting: (() => void)[] = [];

  constructor(private readonly options: ReaderOptions) {
    this.sweeping = setInterval(() => this.known.forgetExpired(), 60_000);
    (this.sweeping as { unref?(): void }).unref?.();
    void this.readOn();
  }

  /** Whether nothing can have been missed. */
  isCurrent(): boolean {
    return performance.now() - this.syncedAt < SILENCE;
  }

  knows(claims: AccessTokenClaims): boolean {
    return this.known.include(claims);
  }

  /** Resolves once all is known. */
  whenCurrent(): Promise<void> {
    return this.isCurrent() ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }

  close(): void {
    this.closing.abort();
    clearInterval(this.sweeping);
  }

  private async readOn(): Promise<void> {
    for (let pause = SHORTEST_PAUSE; !this.closing.signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        await this.readOnce(() => (pause = SHORTEST_PAUSE));
      } catch (error) {
        if (!this.closing.signal.aborted) this.options.onTrouble(error as Error);
      }
      // Whatever ended it: what came since is not known.
      this.syncedAt = -Infinity;
      await rest(pause * (0.5 + Math.random()), this.closing.signal);
    }
  }

  private async readOnce(onSynced: () => void): Promise<void> {
    const stalled = new AbortController();
    const signal = AbortSignal.any([this.closing.signal, stalled.signal]);
    // A silent connection is given up: another one may reach the gateway.
    let watch = setTimeout(() => stalled.abort(), SILENCE);
    const heard = () => {
      clearTimeout(watch);
      watch = setTimeout(() => stalled.abort(), SILENCE);
    };
    const { url, authorization, fetch } = this.options;
    const resume: Record<string, string> = this.lastEventId === null ? {} : { 'last-event-id': this.lastEventId };
    try {
      const headers = { accept: 'text/event-stream', authorization, ...resume };
      const answer = await fetch(url, { headers, signal, redirect: 'error' });
      if (!answer.ok || !answer.body) throw new Error(`${url} answered ${answer.status}`);
      for await (const { event, data, id } of serverSentEvents(answer.body)) {
        if (event === 'revocation') this.known.add(data);
        if (event !== 'synced') continue;
        heard();
        onSynced();
        this.lastEventId = id;
        this.syncedAt = performance.now();
        for (const resolve of this.waiting.splice(0)) resolve();
      }
    } finally {
      clearTimeout(watch);
    }
  }
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    (timer as { unref?(): void }).unref?.();
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
