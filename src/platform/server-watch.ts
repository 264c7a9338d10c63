import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from './log.js';
import { withTimeout } from './with-timeout.js';

/** Milliseconds that a connection waits before the server is probed, and that the probe waits for its answer. */
export const SUSPICIOUS_AFTER = 3_000;
const ASK_AGAIN_EVERY = 500;

/** A connection that waits for PostgreSQL's answer. */
export interface Waiting {
  giveUp(error: Error): void;
}

/**
 * Distinguishes a slow statement from a silent server: one that accepts connections and never answers (stopped, or behind a route that
 * drops everything), which TCP alone notices after a quarter of an hour. When a connection has waited for three seconds, a new one probes
 * the server. If the probe gets no answer, and no other connection did meanwhile, every waiting connection is destroyed, and no statement
 * is sent until the server answers again. So a silent server's time-out is waited for once.
 */
export class ServerWatch {
  /** While true, a connection must not be made or used: it fails with `silence()` at once. */
  silent = false;
  private heardAt = 0;
  private asking = false;
  private closed = false;
  private readonly waiting = new Set<Waiting>();

  constructor(
    private readonly connecting: pg.ClientConfig,
    private readonly log: Log,
  ) {}

  asked(connection: Waiting): void {
    this.waiting.add(connection);
  }

  heard(connection: Waiting): void {
    this.waiting.delete(connection);
    this.heardAt = performance.now();
  }

  gone(connection: Waiting): void {
    this.waiting.delete(connection);
  }

  suspect(): void {
    if (!this.asking && !this.closed) void this.ask();
  }

  close(): void {
    this.closed = true;
  }

  private async ask(): Promise<void> {
    this.asking = true;
    do {
      const begun = performance.now();
      const answers = await this.answers();
      this.turn(!answers && this.heardAt < begun);
      if (this.silent) await sleep(ASK_AGAIN_EVERY, undefined, { ref: false });
    } while (this.silent && !this.closed);
    this.asking = false;
  }

  private turn(silent: boolean): void {
    if (silent) for (const connection of this.waiting) connection.giveUp(silence());
    if (silent === this.silent) return;
    this.silent = silent;
    if (silent) this.log.warn('PostgreSQL does not answer; no statement is sent until it does');
    else this.log.info('PostgreSQL answers again');
  }

  /** A refused connection is an answer too. */
  private async answers(): Promise<boolean> {
    const probe = new pg.Client({ ...this.connecting, connectionTimeoutMillis: SUSPICIOUS_AFTER });
    probe.on('error', () => {});
    const answered = probe
      .connect()
      .then(() => probe.query('select 1'))
      .then(() => true, isAnswer);
    const inTime = await withTimeout(SUSPICIOUS_AFTER, answered, () => false);
    void probe.end().catch(() => {});
    return inTime;
  }
}

export function silence(): Error {
  return Object.assign(new Error('PostgreSQL does not answer'), { code: 'ETIMEDOUT' });
}

function isAnswer(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^([0-9A-Z]{5}|ECONNREFUSED|ECONNRESET)$/.test(code);
}
