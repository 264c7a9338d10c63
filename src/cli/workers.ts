import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry } from 'prom-client';
import type { Log } from '../platform/log.js';
import type { Metrics } from '../platform/metrics.js';

/** Whether this process is one of several that serve a port together. */
export const { isWorker } = cluster;

interface WorkersNeeds {
  count: number;
  /** The differences from this process's own environment. */
  env: Record<string, string>;
  log: Log;
  stopped: Promise<void>;
  /** Called once, when the last of them serves. */
  listening(): void;
}

/** A worker that lived this long, in ms, did not fail at its start: its successor need not wait. */
const SETTLED = 30_000;
const MAX_RESTART_DELAY_MS = 30_000;

/**
 * Keeps `count` processes serving. The first starts alone: it creates missing keys and migrates, and if it cannot start, the reason is
 * reported once. Later, one that dies is replaced. Returns the exit code once all have ended.
 */
export async function runWorkers({ count, env, log, stopped, listening }: WorkersNeeds): Promise<number> {
  answerMetrics();
  const living = new Set<Worker>();
  const pauses = new Set<NodeJS.Timeout>();
  let state: 'starting' | 'serving' | 'stopping' = 'starting';
  let deaths = 0;

  const fork = () =>
    new Promise<boolean>((serves) => {
      const begun = performance.now();
      const worker = cluster.fork(env);
      living.add(worker);
      worker.once('listening', () => serves(true));
      worker.once('exit', (code, signal) => {
        living.delete(worker);
        if (state === 'serving')
          replace({ pid: worker.process.pid, exitCode: code, signal }, performance.now() - begun);
        serves(false);
      });
    });
  const replace = (dead: object, lived: number) => {
    deaths = lived < SETTLED ? deaths + 1 : 0;
    const pause = deaths === 0 ? 0 : Math.min(MAX_RESTART_DELAY_MS, 100 * 2 ** deaths);
    log.error({ ...dead, pause }, 'a worker ended and is replaced');
    const timer = setTimeout(() => {
      pauses.delete(timer);
      void fork();
    }, pause);
    pauses.add(timer);
  };

  const ended = stopped.then(async () => {
    state = 'stopping';
    pauses.forEach((timer) => clearTimeout(timer));
    const exits = [...living].map((worker) => new Promise((gone) => worker.once('exit', gone)));
    living.forEach((worker) => worker.kill('SIGTERM'));
    await Promise.all(exits);
    return 0;
  });
  const served = await fork();
  if ((state as string) === 'stopping') return ended;
  if (!served) return 1;
  state = 'serving';
  const all = await Promise.all(Array.from({ length: count - 1 }, fork));
  if (all.every(Boolean) && (state as string) === 'serving') listening();
  return ended;
}

/** What any worker answers to a scraper: the metrics of all workers, collected by the primary process. */
export function metricsOfAll({ registry }: Metrics): () => Promise<string> {
  AggregatorRegistry.setRegistries([registry]);
  // Answers the primary process when it collects.
  void new AggregatorRegistry();
  const asked: ((text: string | null) => void)[] = [];
  process.on('message', (message: { metricsOfAll?: string | null }) => {
    if (message.metricsOfAll !== undefined) asked.shift()?.(message.metricsOfAll);
  });
  return async () => {
    const text = await new Promise<string | null>((answer) => {
      asked.push(answer);
      process.send?.(ASK_METRICS);
    });
    if (text === null) throw new Error('A worker did not tell its metrics in time.');
    return text;
  };
}

function answerMetrics(): void {
  const all = new AggregatorRegistry();
  const answer = (worker: Worker, metrics: string | null) => {
    if (worker.isConnected()) worker.send({ metricsOfAll: metrics });
  };
  cluster.on('message', (worker: Worker, message: unknown) => {
    if (message !== ASK_METRICS) return;
    all.clusterMetrics().then(
      (metrics) => answer(worker, metrics),
      () => answer(worker, null),
    );
  });
}

const ASK_METRICS = 'metrics of all';
