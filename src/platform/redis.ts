import { randomInt } from 'node:crypto';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import { span } from './span.js';
import { withTimeout } from './with-timeout.js';
import { parseRedisUrl, type RedisTarget } from '../config/redis-url.js';

export type RedisClient = Redis | Cluster;

/** Milliseconds. A command that takes longer has failed: PostgreSQL, or memory, answers instead. */
export const COMMAND_TIMEOUT = 250;
/**
 * A DataLoader already sends these once for all requests in a turn of the event loop (revocations/redis-entries.ts). A pipeline around them
 * would take one more turn, and its getter would keep each request in memory until a full collection.
 */
const BATCHED = ['mget', 'sallyportDeny', 'sallyportClaim', 'sallyportKeep'];
const SECONDS = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];
const PROBE_EVERY = 500;
const CONNECT_TIMEOUT_MS = 1000;

/** One connection (or one per cluster node), and whether it is worth using. */
export interface RedisConnection {
  readonly client: RedisClient;
  readonly cluster: boolean;
  /**
   * Grows whenever the server behind the client, or its data, may have changed: a reconnection, a failover, a changed cluster. What
   * followed from earlier answers must be established again.
   */
  readonly generation: number;
  /** Connected, and the last command did not time out. While false, send nothing: every caller would wait in vain. */
  ready(): boolean;
  /** Connected, even if it does not answer: for commands that are worth an attempt all the same. */
  connected(): boolean;
  /** Reports a failed command. Anything but an error reply opens the circuit. A probe closes it, at no cost to a caller. */
  failed(error: unknown): void;
  /** Times what Redis is asked, under a name. */
  timed<Answer>(command: string, ask: () => Promise<Answer>): Promise<Answer>;
  close(): Promise<void>;
}

/** Runs a request's Redis command as a span of its trace. A batch for several requests is timed separately. */
export function redisSpan<Answer>(command: string, ask: () => Promise<Answer>): Promise<Answer> {
  return span(`redis ${command}`, { 'db.system.name': 'redis', 'db.operation.name': command }, ask);
}

/**
 * Connects, waiting at most a second: a Redis that is down at start does not keep the gateway from serving. Retries for ever. Throws only
 * for a URL that cannot be parsed.
 */
export async function openRedis(
  url: string,
  log: Log,
  metrics: Metrics,
  { prefix = 'sallyport:' }: { prefix?: string } = {},
): Promise<RedisConnection> {
  const target = parseRedisUrl(url);
  const connection = new Connection(target, createClient(target, prefix), log, metrics);
  await connection.open();
  return connection;
}

class Connection implements RedisConnection {
  generation = 0;
  private available = false;
  private lastError = '';
  private closing = false;
  private probe: NodeJS.Timeout | undefined;
  private readonly errors;
  private readonly circuit;
  private readonly seconds;

  constructor(
    private readonly target: RedisTarget,
    readonly client: RedisClient,
    private readonly log: Log,
    metrics: Metrics,
  ) {
    this.errors = metrics.counter('sallyport_redis_errors_total', 'Redis commands and connections that failed', [
      'kind',
    ]);
    this.circuit = metrics.gauge(
      'sallyport_redis_circuit_open',
      '1 while Redis is not asked because it is down or slow',
    );
    this.circuit.set(1);
    this.seconds = metrics.histogram(
      'sallyport_redis_seconds',
      'How long Redis took to answer, by what it was asked; failures included.',
      ['command'],
      SECONDS,
    );
    const turn = () => void this.generation++;
    client.on('ready', () => (turn(), this.turnAvailable(true)));
    client.on('close', () => (turn(), this.turnAvailable(false, 'connection closed')));
    // Without a listener an 'error' event would end the process.
    client.on('error', (error: Error) => {
      this.errors.inc({ kind: 'connection' });
      this.lastError = reason(error);
    });
    if (client instanceof Cluster)
      for (const event of ['+node', '-node', 'node error'] as const) client.on(event, turn);
  }

  get cluster(): boolean {
    return this.target.kind === 'cluster';
  }

  async open(): Promise<void> {
    const ready = new Promise<void>((resolve) => void this.client.once('ready', resolve));
    this.client.connect().catch(() => {}); // heard as 'error'; the retry strategy goes on
    await withTimeout(CONNECT_TIMEOUT_MS, ready, () => {});
    if (!this.available) this.logState();
  }

  ready(): boolean {
    return this.available;
  }

  connected(): boolean {
    return this.client.status === 'ready';
  }

  failed(error: unknown): void {
    const refused = error instanceof Error && error.name === 'ReplyError';
    this.errors.inc({ kind: refused ? 'reply' : 'command' });
    if (refused) return;
    this.turnAvailable(false, reason(error));
    this.probeSoon();
  }

  async timed<Answer>(command: string, ask: () => Promise<Answer>): Promise<Answer> {
    const begun = performance.now();
    try {
      return await ask();
    } finally {
      this.seconds.observe({ command }, (performance.now() - begun) / 1000);
    }
  }

  async close(): Promise<void> {
    this.closing = true;
    this.available = false;
    clearTimeout(this.probe);
    if (this.connected()) await this.client.quit().catch(() => {});
    this.client.disconnect();
  }

  private turnAvailable(available: boolean, why = ''): void {
    if (available === this.available || this.closing) return;
    this.available = available;
    this.circuit.set(available ? 0 : 1);
    this.lastError = why || this.lastError;
    this.logState();
  }

  /** Logs only the error's message: an ioredis error also carries the command, and that of AUTH holds the password. */
  private logState(): void {
    const hosts = this.target.hosts;
    if (this.available) this.log.info({ redis: hosts }, 'Redis is available');
    else this.log.warn({ redis: hosts, reason: this.lastError }, 'Redis is not available; going on without it');
  }

  private probeSoon(): void {
    if (this.probe || this.closing) return;
    this.probe = setTimeout(() => void this.askAgain(), PROBE_EVERY);
    this.probe.unref();
  }

  private async askAgain(): Promise<void> {
    const answers = this.connected() && (await this.ping());
    this.probe = undefined;
    if (answers) this.turnAvailable(true);
    else if (this.connected()) {
      // A cluster client learns of a failover from its commands, and none are sent while the circuit is open.
      if (this.client instanceof Cluster) this.client.refreshSlotsCache();
      this.probeSoon();
    } // otherwise the 'ready' event follows
  }

  /** Every master of a cluster must answer: a silent one would open the circuit again at once. */
  private ping(): Promise<boolean> {
    const nodes = this.client instanceof Cluster ? this.client.nodes('master') : [this.client];
    return Promise.all(nodes.map((node) => node.ping())).then(
      () => true,
      () => false,
    );
  }
}

function createClient(target: RedisTarget, keyPrefix: string): RedisClient {
  const shared: RedisOptions = {
    ...target.options,
    lazyConnect: true,
    connectionName: 'sallyport',
    connectTimeout: 2000,
    disconnectTimeout: 500,
    commandTimeout: COMMAND_TIMEOUT,
    // Without it, a peer that vanished (power, partition) would hold the connection for a quarter of an hour.
    socketTimeout: 5000,
    // A command belongs to the connection it was sent on. Resent after a reconnection it could reach another server, or this one after it
    // lost its data, and write what is no longer true.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    enableAutoPipelining: true,
    autoPipeliningIgnoredCommands: BATCHED,
    retryStrategy: backOff,
    // A demoted master still answers: reconnect, to find the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
  if (target.kind !== 'cluster') return new Redis({ ...shared, keyPrefix, enableOfflineQueue: false });
  const { retryStrategy: _, ...redisOptions } = shared;
  return new Cluster(target.nodes, {
    keyPrefix,
    redisOptions,
    lazyConnect: true,
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    autoPipeliningIgnoredCommands: BATCHED,
    clusterRetryStrategy: backOff,
    maxRedirections: 3,
    retryDelayOnFailover: 50,
    retryDelayOnClusterDown: 50,
    retryDelayOnTryAgain: 50,
  });
}

function backOff(attempt: number): number {
  return Math.min(50 * 2 ** Math.min(attempt, 6), 2000) + randomInt(100);
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message.startsWith('NOAUTH')) return 'it asks for a password: REDIS_URL=redis://user:password@host:6379';
  if (error.message.startsWith('WRONGPASS')) return 'it knows no such user and password: check those of REDIS_URL';
  return error.message || error.name;
}
